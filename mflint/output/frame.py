"""A few lines of source with a span underlined."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mflint.diagnostics import Span
from mflint.output.cells import Row, row
from mflint.output.colors import Style, paint

_MOST_LINES = 5
"""A longer span shows its first lines and its last."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines to print; `gutter` is the width of their line numbers."""

    lines: tuple[str, ...]
    gutter: int


def frame(text: str | None, span: Span, *, context: int, color: bool) -> Frame:
    """The lines of `text` that `span` covers, underlined, with up to `context` lines around them.

    Without text, or for a span behind its end, there are no lines.
    """
    source = _lines(text) if text else ()
    if span.start.line > len(source):
        return Frame((), 1)
    numbers = _numbers(source, span, context)
    gutter = len(str(numbers[-1]))
    edge = paint(" " * gutter + " |", Style.FRAME, color)
    lines = [edge]
    for previous, number in zip([numbers[0], *numbers], numbers, strict=False):
        if number > previous + 1:
            lines.append(paint("...", Style.FRAME, color))
        drawn = _row(source[number - 1], number, span)
        label = paint(f"{number:>{gutter}} |", Style.FRAME, color)
        lines.append(f"{label} {drawn.text}".rstrip())
        if drawn.marked:
            marks = paint("^" * (drawn.end - drawn.start), Style.ERROR, color)
            lines.append(f"{edge} {' ' * drawn.start}{marks}")
    return Frame((*lines, edge), gutter)


def _numbers(source: tuple[str, ...], span: Span, context: int) -> list[int]:
    first, last = span.start.line, min(max(span.end.line, span.start.line), len(source))
    before = _from_text(source, range(max(first - context, 1), first))
    after = reversed(_from_text(source, range(min(last + context, len(source)), last, -1)))
    covered = list(range(first, last + 1))
    if len(covered) > _MOST_LINES:
        covered = [*covered[:3], covered[-1]]
    return [*before, *covered, *after]


def _from_text(source: tuple[str, ...], numbers: range) -> list[int]:
    """`numbers` without the first ones, as long as their lines are blank."""
    for skipped, number in enumerate(numbers):
        if source[number - 1].strip():
            return list(numbers)[skipped:]
    return []


def _row(line: str, number: int, span: Span) -> Row:
    if not span.start.line <= number <= max(span.end.line, span.start.line):
        return row(line)
    indent = len(line) - len(line.lstrip())
    start = span.start.column - 1 if number == span.start.line else indent
    end = span.end.column - 1 if number == span.end.line else len(line.rstrip())
    if number != span.start.line and end <= start:
        return row(line)
    return row(line, start, max(end, start + 1))


@lru_cache(maxsize=8)
def _lines(text: str) -> tuple[str, ...]:
    """The lines as Python counts them."""
    return tuple(re.split(r"\r\n|\r|\n", text))
