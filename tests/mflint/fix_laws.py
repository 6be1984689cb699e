"""What holds whenever a file is fixed, whatever the file holds."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from mflint.diagnostics import Edit, Finding, Report
from mflint.engine import Looks
from mflint.fixes import Round, fix_once
from mflint.fixing import fix
from mflint.rules import Profile
from mflint.settings import Settings
from mflint.source import Source, SourceError, with_deep_stack

PATH = Path("/nowhere/flow.py")
STRICT = Settings(
    PATH.parent,
    profile=Profile.STRICT,
    extend_select=("MF2",),
    unsafe_fixes=True,
    project_name="shop",
    options={"module-import-used-in-step": {"stdlib": True}},
)

BROUGHT: Mapping[str, frozenset[str]] = {
    "MF203": frozenset({"MF206"}),
    "MF401": frozenset({"MF302"}),
}
"""Which rules may find something that they did not find before the fix of a rule, as its page says."""

MANY = 60
"""More rounds than any file here needs."""


@dataclass(frozen=True)
class Made:
    """A file as it was, as it is after all rounds, and what has been fixed."""

    before: Source
    after: Source
    first: Report
    last: Report
    fixed: tuple[Finding, ...]


def look(data: bytes, settings: Settings = STRICT, path: Path = PATH) -> Report:
    """What all rules find."""
    return with_deep_stack(lambda: Looks([(path, settings)], {path: data}).look())


def mended(data: bytes, settings: Settings = STRICT, path: Path = PATH) -> Made | None:
    """`data` after all fixes, made round by round, and what must hold of every round; None of no text."""
    first = report = look(data, settings, path)
    try:
        before = source = Source(path, data)
    except SourceError:
        return None
    done: list[Finding] = []
    for _ in range(MANY):
        assert report.problems == (), report.problems
        fixable = [finding for finding in report.findings if finding.fixable]
        for finding in fixable:
            _is_well_made(finding, source)
        made = with_deep_stack(lambda s=source, f=fixable: fix_once(s, f))
        assert made.broken == ()
        assert bool(made.fixed) is bool(fixable)
        if not fixable:
            break
        _leaves_the_rest(source, made)
        done += made.fixed
        source = made.source
        report = look(source.data, settings, path)
    assert not fixable, f"{done[-1]}: no end"
    assert _codes(report) - _codes(first) <= _brought(done), (_codes(report) - _codes(first), _shown(done))
    return Made(before, source, first, report, tuple(done))


def is_what_the_command_makes(made: Made, settings: Settings = STRICT, path: Path = PATH) -> bool:
    """Whether `fix`, which `mflint check --fix` calls, comes to the same."""
    result = fix(Looks([(path, settings)], {path: made.before.data}))
    assert result.report.problems == ()
    after = result.files[path].after if path in result.files else made.before
    return after.data == made.after.data and result.report.findings == made.last.findings


def heals(finding: Finding, source: Source, report: Report, settings: Settings = STRICT) -> None:
    """Assert that the fix of one finding alone mends it, and brings nothing that its page does not say."""
    made = with_deep_stack(lambda: fix_once(source, [finding]))
    assert made.broken == ()
    _leaves_the_rest(source, made)
    after = look(made.source.data, settings, finding.path)
    assert after.problems == ()
    assert _kinds(after)[_kind(finding)] < _kinds(report)[_kind(finding)], finding
    new = {code for code, _ in _kinds(after) - _kinds(report)}
    counted = {c for c in new if _counts(after)[c] > _counts(report)[c]}
    assert counted <= BROUGHT.get(finding.code, frozenset()), (finding, counted)


def _is_well_made(finding: Finding, source: Source) -> None:
    assert finding.fix is not None
    assert finding.suppressed is None
    edits = finding.fix.edits
    assert edits
    assert list(edits) == sorted(edits, key=lambda edit: (edit.start, edit.end))
    for edit in edits:
        assert 0 <= edit.start <= edit.end <= len(source.text)
        assert source.text[edit.start : edit.end] != edit.content, finding
    for one, other in pairwise(edits):
        assert one.end <= other.start, finding


def _leaves_the_rest(source: Source, made: Round) -> None:
    """Nothing but the edits has changed, and the result is Python of the same encoding and newlines."""
    edits = {e for finding in made.fixed if finding.fix is not None for e in finding.fix.edits}
    assert _without(source.text, edits) is not None
    rest, place = made.source.text, 0
    for piece in _without(source.text, edits):
        found = rest.find(piece, place)
        assert found >= 0, piece
        place = found + len(piece)
    assert made.source.encoding == source.encoding
    assert made.source.data.startswith(b"\xef\xbb\xbf") is source.data.startswith(b"\xef\xbb\xbf")
    assert _newlines(made.source.text) <= _newlines(source.text) or not _newlines(source.text)
    if _parses(source.data):
        assert _parses(made.source.data)
    if _compiles(source.data):
        assert _compiles(made.source.data)


def _without(text: str, edits: Iterable[Edit]) -> Sequence[str]:
    pieces, done = [], 0
    for edit in sorted(edits):
        pieces.append(text[done : edit.start])
        done = edit.end
    return [*pieces, text[done:]]


def _newlines(text: str) -> set[str]:
    ends = {"\r\n"} if "\r\n" in text else set()
    bare = text.replace("\r\n", "")
    return ends | {end for end in "\r\n" if end in bare}


def _parses(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True


def _compiles(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "flow.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def open_findings(report: Report) -> list[Finding]:
    """Those that no comment silences."""
    return [finding for finding in report.findings if finding.suppressed is None]


def _codes(report: Report) -> set[str]:
    return {finding.code for finding in open_findings(report)}


def _counts(report: Report) -> Counter[str]:
    return Counter(finding.code for finding in open_findings(report))


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.message


def _kinds(report: Report) -> Counter[tuple[str, str]]:
    return Counter(map(_kind, open_findings(report)))


def _brought(fixed: Iterable[Finding]) -> set[str]:
    return {code for finding in fixed for code in BROUGHT.get(finding.code, ())}


def _shown(findings: Iterable[Finding]) -> str:
    return ", ".join(f"{finding.code} {finding.message}" for finding in findings)
