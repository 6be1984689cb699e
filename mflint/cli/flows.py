"""`mflint flows`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from mflint.cli.exits import CLEAN, FAILED
from mflint.cli.requested import common_folder
from mflint.cli.streams import say, write
from mflint.diagnostics import Problem
from mflint.discovery import python_files
from mflint.model import Flow
from mflint.output.paths import shown
from mflint.output.summary import plural
from mflint.project import Project
from mflint.settings import Settings, load_settings


def run(options: argparse.Namespace) -> int:
    """Print the flows found, or what they require; a file that cannot be read is named and passed over."""
    from mflint.engine import open_project
    from mflint.source import with_deep_stack

    paths = options.paths or [Path()]
    settings = load_settings(common_folder(paths))
    project = open_project(settings)

    def listing() -> int:
        flows, files, failed = _flows(paths, project, settings)
        if options.requirements:
            _write_requirements(flows)
        else:
            _write_flows(flows, files, project, settings, options.output_format)
        return FAILED if failed else CLEAN

    return with_deep_stack(listing)


def _flows(paths: Sequence[Path], project: Project, settings: Settings) -> tuple[list[Flow], int, bool]:
    """The flows, the number of files looked at, and whether one of them could not be read."""
    from mflint.source import SourceError

    flows: list[Flow] = []
    files, failed = 0, False
    for found in python_files(paths, settings):
        if isinstance(found, Problem):
            failed = True
            say(f"error: {shown(found.path, Path.cwd())}: {found.message}")
            continue
        files += 1
        try:
            flows += project.flows(found)
        except SourceError as error:
            failed = True
            say(f"error: {shown(found, Path.cwd())}:{error.line}:{error.column}: {error.message}")
    return flows, files, failed


def _write_requirements(flows: Sequence[Flow]) -> None:
    from mflint.output.requirements import requirements

    found = requirements(flows)
    write(found.text)
    for warning in found.warnings:
        say(warning)


def _write_flows(
    flows: Sequence[Flow], files: int, project: Project, settings: Settings, output_format: str
) -> None:
    from mflint.output.flows import flows_json, flows_table

    base, test_mode = Path.cwd(), settings.test_mode_parameter
    if output_format == "json":
        write(flows_json(flows, project, test_mode=test_mode, base=base))
    elif flows:
        write(flows_table(flows, test_mode=test_mode, base=base))
    else:
        write(f"No flows found in {plural(files, 'file')}.\n")
