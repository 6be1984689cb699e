"""`mflint check`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from mflint.cli.exits import CLEAN, FAILED, FINDINGS, WRONG_USAGE
from mflint.cli.requested import common_folder, overridden, requested_settings
from mflint.cli.streams import say, write
from mflint.diagnostics import Report
from mflint.output import renderer
from mflint.output.colors import wants_color
from mflint.settings import NearestSettings, Settings

_STDIN = Path("-")


def run(options: argparse.Namespace) -> int:
    """Check what the command line names, print the report and return the exit code."""
    paths = options.paths or [Path()]
    reads_stdin = options.stdin_filename is not None or _STDIN in paths
    if reads_stdin and any(path != _STDIN for path in options.paths):
        say("error: standard input is checked alone; name no other path")
        return WRONG_USAGE
    settings = requested_settings(options, Path.cwd() if reads_stdin else common_folder(paths))
    report = _check_stdin(options, settings) if reads_stdin else _check_paths(options, paths, settings)
    render = renderer(options.output_format)
    write(
        render(
            report,
            base=Path.cwd(),
            color=options.output_format != "json" and wants_color(sys.stdout, os.environ),
            show_suppressed=options.show_suppressed,
            statistics=options.statistics,
        )
    )
    if options.verbose:
        _say_silences(report)
    return _exit_code(report, settings, exit_zero=options.exit_zero)


def _check_paths(options: argparse.Namespace, paths: list[Path], settings: Settings) -> Report:
    from mflint.engine import check_paths

    nearest = NearestSettings(settings, lambda found: overridden(options, found))
    return check_paths(paths, settings, force_exclude=options.force_exclude, settings_of=nearest.of)


def _check_stdin(options: argparse.Namespace, settings: Settings) -> Report:
    from mflint.discovery import is_excluded
    from mflint.engine import check_text

    path = Path(os.path.abspath(options.stdin_filename or _STDIN))
    data = sys.stdin.buffer.read()
    if options.force_exclude and is_excluded(path, settings):
        return Report(findings=(), problems=(), files=0, flows=0)
    return check_text(data, path, settings)


def _say_silences(report: Report) -> None:
    for text, count in sorted(report.silences.items()):
        say(f"kept silent {count}x: {text}")


def _exit_code(report: Report, settings: Settings, *, exit_zero: bool) -> int:
    if not report.findings:
        return FAILED if report.problems else CLEAN
    from mflint.rules import all_rules

    always = {rule.code for rule in all_rules().values() if rule.always}
    if report.problems or any(finding.code in always for finding in report.findings):
        return FAILED
    threshold = settings.fail_on
    if threshold is None or exit_zero:
        return CLEAN
    failing = (f for f in report.findings if f.suppressed is None and f.severity.rank >= threshold.rank)
    return FINDINGS if any(failing) else CLEAN
