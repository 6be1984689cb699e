"""What `mflint check` prints of a report, and the exit code that the report gives."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from mflint.cli.exits import CLEAN, FAILED, FINDINGS
from mflint.cli.streams import say, write
from mflint.diagnostics import Finding, Report
from mflint.output import renderer
from mflint.output.colors import wants_color
from mflint.settings import Settings


def print_report(options: argparse.Namespace, report: Report, *, to_stderr: bool = False) -> None:
    """Print the report in the format asked for."""
    stream = sys.stderr if to_stderr else sys.stdout
    text = renderer(options.output_format)(
        report,
        base=Path.cwd(),
        color=options.output_format != "json" and wants_color(stream, os.environ),
        show_suppressed=options.show_suppressed,
        statistics=options.statistics,
        show_fixes=options.show_fixes,
    )
    write(text, stream)
    if options.verbose:
        for reason, count in sorted(report.silences.items()):
            say(f"kept silent {count}x: {reason}")


def exit_code(options: argparse.Namespace, report: Report, settings: Settings) -> int:
    """The exit code of a check, or of what is left after fixes."""
    if has_failed(report):
        return FAILED
    if options.exit_zero:
        return CLEAN
    if options.exit_non_zero_on_fix and report.fixed:
        return FINDINGS
    threshold = settings.fail_on
    if threshold is None:
        return CLEAN
    failing = (f for f in report.findings if f.suppressed is None and f.severity.rank >= threshold.rank)
    return FINDINGS if any(failing) else CLEAN


def has_failed(report: Report) -> bool:
    """Whether something could not be looked at, read, parsed or written."""
    return bool(report.problems) or any(map(cannot_be_read, report.findings))


def cannot_be_read(finding: Finding) -> bool:
    """Whether the finding says that its file cannot be read or parsed."""
    from mflint.rules import all_rules

    return all_rules()[finding.code].always
