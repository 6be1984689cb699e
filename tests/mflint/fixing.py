"""Fixes of findings, made one at a time as an editor would make them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mflint.diagnostics import Applicability, Finding, Fix
from mflint.engine import check_paths
from mflint.rules import Profile
from mflint.settings import Settings
from mflint.source import Source
from tests.mflint.flow_projects import write


def apply(fix: Fix, path: Path) -> None:
    """Make all edits of `fix` in the file at `path`."""
    source = Source.read(path)
    text = source.text
    for edit in sorted(fix.edits, reverse=True):
        text = text[: edit.start] + edit.content + text[edit.end :]
    path.write_bytes(source.with_text(text).data)


def findings(root: Path, path: Path, *select: str) -> tuple[Finding, ...]:
    """What the rules `select`, or all, find in the file at `path`."""
    settings = Settings(root, profile=Profile.STRICT, select=select)
    return tuple(f for f in check_paths([path], settings).findings if f.suppressed is None)


def text_at(path: Path) -> str:
    """The text of a file with its newlines as they are."""
    return path.read_bytes().decode()


def fixed(root: Path, files: Mapping[str, str | bytes], *select: str, path: str = "flow.py") -> str:
    """The file `path` of a project made of `files` after all fixes, the first finding's first."""
    write(root, files)
    for _ in range(50):
        fix = next((f.fix for f in findings(root, root / path, *select) if f.fix is not None), None)
        if fix is None:
            break
        apply(fix, root / path)
    return text_at(root / path)


def fixes(
    root: Path, files: Mapping[str, str | bytes], *select: str, path: str = "flow.py"
) -> list[Applicability | None]:
    """How safe the fix of each finding is; None where it has none."""
    write(root, files)
    found = findings(root, root / path, *select)
    return [finding.fix.applicability if finding.fix is not None else None for finding in found]
