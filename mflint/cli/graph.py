"""`mflint graph`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from mflint.cli.exits import CLEAN, FAILED, WRONG_USAGE
from mflint.cli.streams import say, write
from mflint.model import Flow
from mflint.output.paths import shown
from mflint.settings import load_settings


def run(options: argparse.Namespace) -> int:
    """Print the step graph of one flow, in the text format of all flows of the file."""
    from mflint.engine import open_project
    from mflint.source import SourceError, with_deep_stack

    path, wanted = _target(options.target)
    project = open_project(load_settings(path))

    def draw() -> int:
        try:
            return _draw(project.flows(path), path, wanted, options.output_format)
        except SourceError as error:
            say(f"error: {shown(path, Path.cwd())}:{error.line}:{error.column}: {error.message}")
            return FAILED

    return with_deep_stack(draw)


def _target(text: str) -> tuple[Path, str]:
    """The file, and the name of the flow if one is given: `flow.py`, `flow.py:Flow` or `flow.py::Flow`."""
    path, _, wanted = text.rpartition(":")
    if not path or not wanted.isidentifier() or Path(text).exists():
        path, wanted = text, ""
    return Path(os.path.abspath(path.removesuffix(":"))), wanted


def _draw(flows: Sequence[Flow], path: Path, wanted: str, output_format: str) -> int:
    from mflint.output.graphs import graph_renderer
    from mflint.output.graphs.drawing import drawing

    file, names = shown(path, Path.cwd()), ", ".join(flow.name for flow in flows)
    chosen = [flow for flow in flows if wanted in ("", flow.name)]
    if not chosen:
        say(
            f"error: {file}: no flow"
            + (f" `{wanted}`; there is {names}" if flows and wanted else " in this file")
        )
        return WRONG_USAGE
    if len(chosen) > 1 and output_format != "text":
        say(f"error: {file} holds several flows: {names}; name one, as in {file}:{chosen[0].name}")
        return WRONG_USAGE
    render = graph_renderer(output_format)
    write("\n".join(render(drawing(flow)) for flow in chosen))
    return CLEAN
