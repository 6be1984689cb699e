"""Each finding with the lines of source it is about: for people, and the default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mflint.diagnostics import Applicability, Finding, Position, Problem, Report, Span
from mflint.output.colors import SEVERITY_STYLES, Style, paint
from mflint.output.concise import fixable_mark, suppressed_note
from mflint.output.frame import Frame, frame
from mflint.output.paths import printable, shown
from mflint.output.summary import sorted_findings, summary_lines

_CONTEXT = 2


def render(
    report: Report,
    *,
    base: Path,
    color: bool,
    show_suppressed: bool,
    statistics: bool,
    show_fixes: bool = False,
) -> str:
    """A block for each finding, an empty line between blocks, and a closing line."""
    printer = _Printer(report, base, color)
    blocks = ["\n".join(printer.finding(f)) for f in sorted_findings(report, show_suppressed)]
    blocks += [printer.problem(problem) for problem in report.problems]
    blocks.append(
        "\n".join(summary_lines(report, base=base, color=color, statistics=statistics, show_fixes=show_fixes))
    )
    return "\n\n".join(blocks) + "\n"


@dataclass(frozen=True)
class _Printer:
    report: Report
    base: Path
    color: bool

    def finding(self, finding: Finding) -> Iterator[str]:
        severity = paint(finding.severity.value, SEVERITY_STYLES[finding.severity], self.color)
        title = paint(f"{finding.code} [{finding.name}]", Style.STRONG, self.color)
        title += fixable_mark(finding, self.color)
        yield f"{severity}: {title} {printable(finding.message)}{suppressed_note(finding)}"
        drawn = self._frame(finding.path, finding.span, _CONTEXT)
        yield self._arrow(finding.path, finding.span.start, drawn.gutter)
        yield from drawn.lines
        yield from self._remarks(finding, drawn.gutter)
        for related in finding.related:
            yield f"{paint('note', Style.FRAME, self.color)}: {printable(related.message)}"
            drawn = self._frame(related.path, related.span, 0)
            yield self._arrow(related.path, related.span.start, drawn.gutter)
            yield from drawn.lines

    def problem(self, problem: Problem) -> str:
        label = paint("error", Style.ERROR, self.color)
        return f"{label}: {shown(problem.path, self.base)}: {printable(problem.message)}"

    def _frame(self, path: Path, span: Span, context: int) -> Frame:
        return frame(self.report.sources.get(path), span, context=context, color=self.color)

    def _arrow(self, path: Path, start: Position, gutter: int) -> str:
        arrow = paint(" " * gutter + "-->", Style.FRAME, self.color)
        return f"{arrow} {shown(path, self.base)}:{start.line}:{start.column}"

    def _remarks(self, finding: Finding, gutter: int) -> Iterator[str]:
        sign = paint(" " * gutter + " =", Style.FRAME, self.color)
        if finding.flow:
            step = f", step: {finding.step}" if finding.step else ""
            yield f"{sign} flow: {finding.flow}{step}"
        if finding.help:
            yield f"{sign} help: {printable(finding.help)}"
        if finding.fix and finding.suppressed is None:
            unsafe = " (unsafe)" if finding.fix.applicability is Applicability.UNSAFE else ""
            yield f"{sign} fix{unsafe}: {printable(finding.fix.message)}"
