"""For programs. The shape is versioned: version 1 may get new keys, and loses or changes none."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from pathlib import Path
from typing import Any

from mflint.diagnostics import Finding, Fix, Position, Problem, Related, Report, Span
from mflint.output.paths import shown
from mflint.output.summary import counts, fixes_made, sorted_findings

VERSION = 1
_LINE_END = re.compile(r"\r\n|\r|\n")


def render(
    report: Report,
    *,
    base: Path,
    color: bool,
    show_suppressed: bool,
    statistics: bool,
    show_fixes: bool = False,
) -> str:
    """One object. Lines and columns count from 1, in characters; a span's end is behind its last character.

    With `show_suppressed` every finding also has `suppressed`, null or `{"reason": …}`; with `statistics`
    the object has the number of findings per rule, with `show_fixes` that of the fixes made per file and
    rule. `color` changes nothing.
    """
    document: dict[str, Any] = {
        "version": VERSION,
        "findings": [
            _finding(f, base, report, show_suppressed) for f in sorted_findings(report, show_suppressed)
        ],
        "errors": [_error(problem, base) for problem in report.problems],
    }
    if statistics:
        document["statistics"] = [{"code": c, "name": name, "count": n} for c, name, n in counts(report)]
    if show_fixes:
        document["fixed"] = [
            {"path": shown(path, base), "code": code, "name": name, "count": count}
            for path, rules in fixes_made(report).items()
            for code, name, count in rules
        ]
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding, base: Path, report: Report, show_suppressed: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "path": shown(finding.path, base),
        "flow": finding.flow,
        "step": finding.step,
        "span": _span(finding.span),
        "related": [_related(related, base) for related in finding.related],
        "help": finding.help or None,
        "url": None,
        "fix": _fix(finding.fix, report.sources.get(finding.path, "")) if finding.fix else None,
    }
    if show_suppressed:
        reason = finding.suppressed
        values["suppressed"] = None if reason is None else {"reason": reason or None}
    return values


def _fix(fix: Fix, text: str) -> dict[str, Any]:
    ends = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def position(offset: int) -> dict[str, int]:
        line = bisect_right(ends, offset)
        return _position(Position(line, offset - ends[line - 1] + 1))

    edits = [{"start": position(e.start), "end": position(e.end), "content": e.content} for e in fix.edits]
    return {"message": fix.message, "applicability": fix.applicability.value, "edits": edits}


def _related(related: Related, base: Path) -> dict[str, Any]:
    return {"path": shown(related.path, base), "span": _span(related.span), "message": related.message}


def _error(problem: Problem, base: Path) -> dict[str, str]:
    return {"path": shown(problem.path, base), "message": problem.message}


def _span(span: Span) -> dict[str, dict[str, int]]:
    return {"start": _position(span.start), "end": _position(span.end)}


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
