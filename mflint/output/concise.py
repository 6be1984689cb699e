"""One line for each finding."""

from __future__ import annotations

from pathlib import Path

from mflint.diagnostics import Finding, Report
from mflint.output.colors import SEVERITY_STYLES, Style, paint
from mflint.output.paths import printable, shown
from mflint.output.summary import sorted_findings, summary_lines


def render(
    report: Report,
    *,
    base: Path,
    color: bool,
    show_suppressed: bool,
    statistics: bool,
    show_fixes: bool = False,
) -> str:
    """`path:line:column: code [name] message`, and a closing line."""
    lines = [_line(finding, base, color) for finding in sorted_findings(report, show_suppressed)]
    lines += [f"{shown(p.path, base)}: {printable(p.message)}" for p in report.problems]
    lines += summary_lines(report, base=base, color=color, statistics=statistics, show_fixes=show_fixes)
    return "\n".join(lines) + "\n"


def _line(finding: Finding, base: Path, color: bool) -> str:
    start = finding.span.start
    path = paint(shown(finding.path, base), Style.STRONG, color)
    code = paint(finding.code, SEVERITY_STYLES[finding.severity], color)
    title = f"{code} [{finding.name}]{fixable_mark(finding, color)}"
    message = f"{printable(finding.message)}{suppressed_note(finding)}"
    return f"{path}:{start.line}:{start.column}: {title} {message}"


def fixable_mark(finding: Finding, color: bool) -> str:
    """What stands behind the name of a finding that `--fix` fixes."""
    return f" {paint('[*]', Style.GOOD, color)}" if finding.fixable else ""


def suppressed_note(finding: Finding) -> str:
    """What stands behind the message of a suppressed finding."""
    if finding.suppressed is None:
        return ""
    return f" (suppressed: {printable(finding.suppressed)})" if finding.suppressed else " (suppressed)"
