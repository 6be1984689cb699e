"""What the commands print, one module per format."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from mflint.diagnostics import Report

FORMATS = ("full", "concise", "json")
"""The formats of a report; each is a module here with a function `render`."""


class Render(Protocol):
    """Turns a report into the text to print; paths below `base` are shown relative to it."""

    def __call__(
        self,
        report: Report,
        *,
        base: Path,
        color: bool,
        show_suppressed: bool,
        statistics: bool,
        show_fixes: bool = False,
    ) -> str:
        """The text, closed by a line end."""


def renderer(name: str) -> Render:
    """The function that renders the format `name`, one of FORMATS."""
    return cast(Render, import_module(f"{__name__}.{name}").render)
