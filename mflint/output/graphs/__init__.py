"""The step graph of a flow as a picture, one module per format."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from mflint.output.graphs.drawing import Drawing

FORMATS = ("text", "mermaid", "dot", "svg")
"""Each is a module here with a function `render`."""


def graph_renderer(name: str) -> Callable[[Drawing], str]:
    """The function that renders the format `name`, one of FORMATS."""
    return cast(Callable[[Drawing], str], import_module(f"{__name__}.{name}").render)
