"""`mflint check` with `--fix` or `--diff`."""

from __future__ import annotations

import argparse
from pathlib import Path

from mflint.cli.exits import CLEAN, FAILED, FINDINGS
from mflint.cli.reporting import cannot_be_read, exit_code, has_failed, print_report
from mflint.cli.streams import note, write_bytes
from mflint.diagnostics import Report
from mflint.engine import Looks
from mflint.fixing import Fixed, fix, write
from mflint.output.diff import diff
from mflint.output.paths import printable, shown
from mflint.output.summary import fixed_lines, plural
from mflint.settings import Settings


def run(options: argparse.Namespace, settings: Settings, looks: Looks, stdin: bytes | None) -> int:
    """Fix the files, or the text `stdin`, as the options say, and return the exit code."""
    fixed = fix(looks)
    if options.diff:
        return _show(options, fixed)
    if stdin is None:
        fixed = write(fixed, looks)
    else:
        write_bytes(next((file.after.data for file in fixed.files.values()), stdin))
    print_report(options, fixed.report, to_stderr=stdin is not None)
    return exit_code(options, fixed.report, settings)


def _show(options: argparse.Namespace, fixed: Fixed) -> int:
    """Print what the fixes would change; what cannot be looked at is named on standard error."""
    base = Path.cwd()
    for path, file in sorted(fixed.files.items()):
        write_bytes(diff(path, file.before.data, file.after.data, base))
    for problem in fixed.report.problems:
        note(f"{shown(problem.path, base)}: {printable(problem.message)}")
    for finding in filter(cannot_be_read, fixed.report.findings):
        start = finding.span.start
        note(f"{shown(finding.path, base)}:{start.line}:{start.column}: {printable(finding.message)}")
    for line in fixed_lines(fixed.report, base) if options.show_fixes else ():
        note(line)
    note(_would_fix(fixed.report))
    if has_failed(fixed.report):
        return FAILED
    return FINDINGS if fixed.files and not options.exit_zero else CLEAN


def _would_fix(report: Report) -> str:
    unsafe = sum(f.fix is not None and not f.fixable and f.suppressed is None for f in report.findings)
    more = f" ({unsafe} more with `--unsafe-fixes`)" if unsafe else ""
    return f"Would fix {plural(len(report.fixed), 'finding')}{more}."
