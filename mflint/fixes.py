"""Makes fixes in the text of one file, as many at once as do not get in each other's way.

Two fixes get in each other's way if an edit of one and an edit of the other overlap, or if one inserts where
the other inserts or at the edge of what the other replaces: which comes first would then be a guess. Two
exceptions: equal edits are made once, for fixes that need the same import, and import statements inserted
at one place may stand in any order. A fix that is in the way waits for the next round, when the file has been
read anew.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mflint.diagnostics import Edit, Finding
from mflint.source import Source, SourceError

_IMPORTS = re.compile(r"(?:[ \t]*(?:import|from)[ \t][^\r\n()\\]*(?:\r\n?|\n))+")


@dataclass(frozen=True, slots=True)
class Round:
    """A file after one round: the findings whose fixes were made, and those whose fixes would break it."""

    source: Source
    fixed: tuple[Finding, ...]
    broken: tuple[Finding, ...]


def fix_once(source: Source, findings: Sequence[Finding]) -> Round:
    """Make the fixes of `findings`, which are of this file, each whole or not at all.

    The text that comes of it can be parsed; where all fixes together would break it they are made one after
    the other, and a fix that breaks the file on its own is among the broken ones.
    """
    chosen = _compatible(findings)
    fixed = _with_fixes(source, chosen)
    if fixed is not None:
        return Round(fixed, tuple(chosen), ())
    kept: list[Finding] = []
    broken: list[Finding] = []
    for finding in chosen:
        attempt = _with_fixes(source, [*kept, finding])
        if attempt is not None:
            fixed = attempt
            kept.append(finding)
        elif not kept or _with_fixes(source, [finding]) is None:
            broken.append(finding)
    return Round(fixed or source, tuple(kept), tuple(broken))


def _compatible(findings: Sequence[Finding]) -> list[Finding]:
    """The findings whose fixes can be made together, the earlier ones first."""
    chosen: list[Finding] = []
    taken: set[Edit] = set()
    for finding in sorted(findings, key=lambda found: found.sort_key):
        edits = _edits(finding)
        if all(_agree(edit, other) for edit in set(edits) - taken for other in taken):
            chosen.append(finding)
            taken.update(edits)
    return chosen


def _edits(finding: Finding) -> tuple[Edit, ...]:
    return finding.fix.edits if finding.fix is not None else ()


def _agree(edit: Edit, other: Edit) -> bool:
    first, second = sorted((edit, other))
    if first.end != second.start:
        return first.end < second.start
    if first.start == first.end and second.start == second.end:
        return _are_imports(first.content, second.content)
    return first.start < first.end and second.start < second.end


def _are_imports(content: str, other: str) -> bool:
    """Whether both are lines of imports, none of them in both."""
    if not (_IMPORTS.fullmatch(content) and _IMPORTS.fullmatch(other)):
        return False
    return not {line.strip() for line in content.splitlines()} & {line.strip() for line in other.splitlines()}


def _with_fixes(source: Source, findings: Iterable[Finding]) -> Source | None:
    """The file with the fixes of `findings`, None where it could not be parsed or encoded any more."""
    edits = list(dict.fromkeys(edit for finding in findings for edit in _edits(finding)))
    edits.sort(key=lambda edit: (edit.start, edit.end))
    if any(first.end > second.start for first, second in pairwise(edits)):
        return None
    text = _edited(source.text, edits)
    try:
        fixed = source.with_text(text)
        parsed = fixed.text == text and fixed.module is not None
    except (UnicodeError, SourceError):
        return None
    return fixed if parsed and (_compiles(text) or not _compiles(source.text)) else None


def _edited(text: str, edits: Iterable[Edit]) -> str:
    parts, done = [], 0
    for edit in edits:
        parts += [text[done : edit.start], edit.content]
        done = edit.end
    return "".join([*parts, text[done:]])


def _compiles(text: str) -> bool:
    """Whether the Python that runs mflint takes the text for a program; libcst takes some more."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<fixed>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
