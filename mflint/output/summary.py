"""The lines below the findings: counts per rule, and what it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mflint.diagnostics import Finding, Report, Severity
from mflint.output.colors import Style, paint


def sorted_findings(report: Report, show_suppressed: bool) -> list[Finding]:
    """The findings to show, in order."""
    shown = (f for f in report.findings if show_suppressed or f.suppressed is None)
    return sorted(shown, key=lambda finding: finding.sort_key)


def counts(report: Report) -> list[tuple[str, str, int]]:
    """Code, name and number of each rule's findings that are not suppressed, the most frequent first."""
    counted = Counter((f.code, f.name) for f in report.findings if f.suppressed is None)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [(code, name, number) for (code, name), number in ordered]


def summary_lines(report: Report, *, color: bool, statistics: bool) -> Iterator[str]:
    """The statistics where asked for, and the closing line."""
    if statistics:
        rows = counts(report)
        width = max((len(str(number)) for *_, number in rows), default=0)
        yield from (f"{number:>{width}}  {code} [{name}]" for code, name, number in rows)
    yield _verdict(report, color) + _suppressed(report)


def plural(number: int, noun: str) -> str:
    """`1 flow`, `2 flows`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _verdict(report: Report, color: bool) -> str:
    open_findings = [f for f in report.findings if f.suppressed is None]
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
