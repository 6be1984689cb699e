"""The lines below the findings: counts per rule, and what it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from mflint.diagnostics import Finding, Report, Severity
from mflint.output.colors import Style, paint
from mflint.output.paths import shown


def sorted_findings(report: Report, show_suppressed: bool) -> list[Finding]:
    """The findings to show, in order."""
    shown = (f for f in report.findings if show_suppressed or f.suppressed is None)
    return sorted(shown, key=lambda finding: finding.sort_key)


def counts(report: Report) -> list[tuple[str, str, int]]:
    """Code, name and number of each rule's findings that are not suppressed, the most frequent first."""
    return _counted(f for f in report.findings if f.suppressed is None)


def fixes_made(report: Report) -> Mapping[Path, list[tuple[str, str, int]]]:
    """Code, name and number of the findings of each rule that have been fixed, by file."""
    paths = sorted({finding.path for finding in report.fixed})
    return {path: _counted(f for f in report.fixed if f.path == path) for path in paths}


def _counted(findings: Iterable[Finding]) -> list[tuple[str, str, int]]:
    counted = Counter((finding.code, finding.name) for finding in findings)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [(code, name, number) for (code, name), number in ordered]


def summary_lines(
    report: Report, *, base: Path, color: bool, statistics: bool, show_fixes: bool
) -> Iterator[str]:
    """The fixes made and the statistics where asked for, and the closing lines."""
    if show_fixes:
        yield from fixed_lines(report, base)
    if statistics:
        rows = counts(report)
        width = max((len(str(number)) for *_, number in rows), default=0)
        yield from (f"{number:>{width}}  {code} [{name}]" for code, name, number in rows)
    yield _verdict(report, color) + _suppressed(report)
    yield from _fixable(report, color)


def plural(number: int, noun: str) -> str:
    """`1 flow`, `2 flows`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fixed_lines(report: Report, base: Path) -> Iterator[str]:
    """What has been fixed, by file and rule."""
    if not report.fixed:
        return
    yield f"Fixed {plural(len(report.fixed), 'finding')}:"
    for path, rules in fixes_made(report).items():
        yield f"- {shown(path, base)}:"
        yield from (f"    {number}x {code} [{name}]" for code, name, number in rules)


def _fixable(report: Report, color: bool) -> Iterator[str]:
    """What --fix could do, and what it could do with leave."""
    open_findings = [f for f in report.findings if f.suppressed is None and f.fix is not None]
    safe = sum(f.fixable for f in open_findings)
    unsafe = len(open_findings) - safe
    if safe:
        more = f" ({unsafe} more with `--unsafe-fixes`)" if unsafe else ""
        yield f"{paint('[*]', Style.GOOD, color)} {safe} fixable with `--fix`{more}."
    elif unsafe:
        yield f"{unsafe} fixable with `--fix --unsafe-fixes`."


def _verdict(report: Report, color: bool) -> str:
    open_findings = [f for f in report.findings if f.suppressed is None]
    if report.fixed:
        fixed, left = len(report.fixed), len(open_findings)
        found = f"Found {plural(fixed + left, 'finding')} ({fixed} fixed, {left} remaining)"
        return f"{found} in {plural(report.flows, 'flow')} ({_files(report)})."
    if open_findings:
        return f"Found {_by_severity(open_findings)} in {plural(report.flows, 'flow')} ({_files(report)})."
    if report.problems:
        return f"Could not look at {plural(len(report.problems), 'path')}."
    if not report.flows:
        return f"No flows found in {_files(report)}."
    passed = paint("All checks passed!", Style.GOOD, color)
    return f"{passed} ({plural(report.flows, 'flow')} in {_files(report)})"


def _by_severity(findings: list[Finding]) -> str:
    numbers = Counter(f.severity for f in findings)
    worst_first = sorted(Severity, key=lambda severity: -severity.rank)
    return " and ".join(plural(numbers[s], s.value) for s in worst_first if numbers[s])


def _files(report: Report) -> str:
    return plural(report.files, "file")


def _suppressed(report: Report) -> str:
    number = sum(f.suppressed is not None for f in report.findings)
    return f" {plural(number, 'finding')} suppressed." if number else ""
