"""`mflint check`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from mflint.cli.exits import WRONG_USAGE
from mflint.cli.reporting import exit_code, print_report
from mflint.cli.requested import common_folder, overridden, requested_settings
from mflint.cli.streams import say
from mflint.diagnostics import Report
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
    fixes = options.diff or settings.fix
    if reads_stdin:
        return _stdin(options, settings, fixes)
    nearest = NearestSettings(settings, lambda found: overridden(options, found))
    if fixes:
        from mflint.cli import fixing
        from mflint.engine import Looks, targets

        wanted = targets(paths, settings, force_exclude=options.force_exclude, settings_of=nearest.of)
        return fixing.run(options, settings, Looks(wanted), None)
    from mflint.engine import check_paths

    report = check_paths(paths, settings, force_exclude=options.force_exclude, settings_of=nearest.of)
    return _reported(options, report, settings)


def _stdin(options: argparse.Namespace, settings: Settings, fixes: bool) -> int:
    from mflint.discovery import is_excluded
    from mflint.engine import Looks, check_text

    path = Path(os.path.abspath(options.stdin_filename or _STDIN))
    data = sys.stdin.buffer.read()
    excluded = options.force_exclude and is_excluded(path, settings)
    if fixes:
        from mflint.cli import fixing

        looks = Looks([] if excluded else [(path, settings)], {path: data})
        return fixing.run(options, settings, looks, data)
    report = Report((), (), files=0, flows=0) if excluded else check_text(data, path, settings)
    return _reported(options, report, settings)


def _reported(options: argparse.Namespace, report: Report, settings: Settings) -> int:
    print_report(options, report)
    return exit_code(options, report, settings)
