"""A line of source as a terminal shows it: tabs, wide characters, and what is too long."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

TAB = 4
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A line to print, and the columns from `start` up to `end` to underline, counted from 0."""

    text: str
    start: int = 0
    end: int = 0

    @property
    def marked(self) -> bool:
        """Whether anything is underlined."""
        return self.end > self.start


def row(line: str, start: int = 0, end: int = 0) -> Row:
    """`line`, cut to WIDTH, with the characters from `start` to `end` marked; they may lie behind its end."""
    cells, columns = _cells(line)
    behind = max(end - len(line), 0)
    columns += range(len(cells) + 1, len(cells) + 1 + behind)
    first_mark, last_mark = (columns[start], columns[end]) if end > start else (0, 0)
    first = _window(first_mark, last_mark, len(cells))
    text = "".join(_cut(cells, first))
    return Row(text, max(first_mark - first, 0), max(min(last_mark - first, WIDTH + behind), 0))


def _cells(line: str) -> tuple[list[str], list[int]]:
    """One string per column, and for each character of `line` and its end the column it begins in.

    The second column of a wide character is an empty string.
    """
    cells: list[str] = []
    columns: list[int] = []
    for character in line:
        columns.append(len(cells))
        if character == "\t":
            cells += " " * (TAB - len(cells) % TAB)
        elif unicodedata.combining(character) and cells:
            cells[-1] += character
        elif unicodedata.east_asian_width(character) in "WF":
            cells += [character, ""]
        else:
            cells.append(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}")
    columns.append(len(cells))
    return cells, columns


def _window(start: int, end: int, total: int) -> int:
    """The first column to show."""
    if total <= WIDTH or end < WIDTH:
        return 0
    return max(min(start - WIDTH // 4, total - WIDTH), 0)


def _cut(cells: list[str], first: int) -> list[str]:
    shown = cells[first : first + WIDTH]
    if first:
        shown[0] = "…"
    if first + WIDTH < len(cells):
        shown[-1] = "…"
    return shown
