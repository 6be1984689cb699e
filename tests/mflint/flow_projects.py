"""Small projects in a temporary directory, read and checked by the real engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from mflint.discovery import python_files
from mflint.engine import check_paths
from mflint.model import Flow, FlowFile
from mflint.project import Project
from mflint.reader import read_file
from mflint.settings import Settings
from mflint.source import Source

Found = tuple[int, int, str]
"""Line, column and message of a finding."""


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write `files`, dedented where they are text, below `root`."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).lstrip("\n").encode())


def project_at(root: Path) -> Project:
    """The project whose root is `root`."""
    settings = Settings(root)
    return Project(root, lambda: [f for f in python_files([root], settings) if isinstance(f, Path)])


def flow_in(root: Path, files: Mapping[str, str | bytes], path: str = "flow.py") -> Flow:
    """The last flow of the file `path` in a project made of `files`."""
    write(root, files)
    return project_at(root).flows(root / path)[-1]


def read(source: str) -> FlowFile:
    """The file that `source` is, on its own."""
    path = Path("flow.py")
    return read_file(path, Source(path, dedent(source).lstrip("\n").encode()).module)


def check(root: Path, files: Mapping[str, str | bytes], *select: str, path: str = "flow.py") -> list[Found]:
    """What the rules `select` find in the file `path` of a project made of `files`."""
    write(root, files)
    report = check_paths([root / path], Settings(root, select=select))
    return [
        (found.span.start.line, found.span.start.column, found.message)
        for found in report.findings
        if found.suppressed is None
    ]


def silences(root: Path, files: Mapping[str, str | bytes], *select: str, path: str = "flow.py") -> list[str]:
    """Why the rules `select` keep silent about the file `path`."""
    write(root, files)
    return list(check_paths([root / path], Settings(root, select=select)).silences)


def fixed(
    root: Path, files: Mapping[str, str | bytes], select: str, path: str = "flow.py", project_name: str = ""
) -> str:
    """The text of the file `path` after the fixes of the rule `select`, whatever their applicability."""
    write(root, files)
    settings = Settings(root, select=(select,), project_name=project_name)
    report = check_paths([root / path], settings)
    fixes = [finding.fix for finding in report.findings]
    text = report.sources[root / path]
    edits = [edit for fix in fixes if fix is not None for edit in fix.edits]
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.content + text[edit.end :]
    return text
