"""For programs. The shape is versioned: version 1 may get new keys, and loses or changes none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mflint.diagnostics import Finding, Position, Problem, Related, Report, Span
from mflint.output.paths import shown
from mflint.output.summary import counts, sorted_findings

VERSION = 1


def render(report: Report, *, base: Path, color: bool, show_suppressed: bool, statistics: bool) -> str:
    """One object. Lines and columns count from 1, in characters; a span's end is behind its last character.

    With `show_suppressed` every finding also has `suppressed`, null or `{"reason": …}`; with `statistics`
    the object has the number of findings per rule. `color` changes nothing.
    """
    document: dict[str, Any] = {
        "version": VERSION,
        "findings": [_finding(f, base, show_suppressed) for f in sorted_findings(report, show_suppressed)],
        "errors": [_error(problem, base) for problem in report.problems],
    }
    if statistics:
        document["statistics"] = [{"code": c, "name": name, "count": n} for c, name, n in counts(report)]
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding, base: Path, show_suppressed: bool) -> dict[str, Any]:
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
        "url": finding.url,
        "fix": None,
    }
    if show_suppressed:
        reason = finding.suppressed
        values["suppressed"] = None if reason is None else {"reason": reason or None}
    return values


def _related(related: Related, base: Path) -> dict[str, Any]:
    return {"path": shown(related.path, base), "span": _span(related.span), "message": related.message}


def _error(problem: Problem, base: Path) -> dict[str, str]:
    return {"path": shown(problem.path, base), "message": problem.message}


def _span(span: Span) -> dict[str, dict[str, int]]:
    return {"start": _position(span.start), "end": _position(span.end)}


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
