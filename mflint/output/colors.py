"""Colours for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TextIO

from mflint.diagnostics import Severity


class Style(Enum):
    """What a piece of text is, as the code that a terminal shows it with."""

    STRONG = "1"
    ERROR = "1;31"
    WARNING = "1;33"
    FRAME = "1;34"
    GOOD = "1;32"


SEVERITY_STYLES: Mapping[Severity, Style] = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING}


def paint(text: str, style: Style, color: bool) -> str:
    """`text` in `style`, or as it is without `color`."""
    return f"\x1b[{style.value}m{text}\x1b[0m" if color and text else text


def wants_color(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether to colour what goes to `stream`: FORCE_COLOR, then NO_COLOR, then what the terminal can."""
    if environment.get("FORCE_COLOR"):
        return True
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    return stream.isatty()
