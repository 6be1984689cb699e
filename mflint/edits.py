"""Edits of a file's text in terms of its syntax tree: what the fixes of the rules are made of.

An edit is text put in place of text; nothing is printed from the tree. What is inserted takes the file's own
newlines, and its indentation where it stands.
"""

from __future__ import annotations

from functools import cached_property
from textwrap import indent

import libcst as cst

from mflint.diagnostics import Edit
from mflint.positions import offsets
from mflint.source import Source

_BLANK = " \t\f"


class Editor:
    """Makes edits of one file. Inserted text is written with four spaces of indent and `\\n`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._text = source.text
        self._shift = len(source.text) - len(source.text.removeprefix("\f"))

    @cached_property
    def _offsets(self) -> dict[cst.CSTNode, tuple[int, int]]:
        return dict(offsets(self.source.module))

    def range(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where `node` begins and ends, without surrounding whitespace, comments and parentheses."""
        start, end = self._offsets[node]
        return start + self._shift, end + self._shift

    def text(self, node: cst.CSTNode) -> str:
        """The source of `node` as written."""
        start, end = self.range(node)
        return self._text[start:end]

    @property
    def newline(self) -> str:
        """How the file ends its lines."""
        return self.source.module.default_newline

    @property
    def unit(self) -> str:
        """One level of the file's indentation."""
        return self.source.module.default_indent

    @cached_property
    def quote(self) -> str:
        """The quotes that the file uses for strings."""
        text = self._text
        return (
            "'" if text.count("'") - 3 * text.count("'''") > text.count('"') - 3 * text.count('"""') else '"'
        )

    def indent_of(self, node: cst.CSTNode) -> str:
        """The whitespace that the line of `node` begins with."""
        begin = self._line_start(self.range(node)[0])
        line = self._text[begin:]
        return line[: len(line) - len(line.lstrip(_BLANK))]

    def replace(self, node: cst.CSTNode, content: str) -> Edit:
        """Put `content` in place of `node`."""
        return Edit(*self.range(node), content)

    def insert_before(self, statement: cst.CSTNode, lines: str) -> Edit:
        """Put `lines` on lines of their own above the line on which `statement` begins."""
        place = self._line_start(self.range(statement)[0])
        return Edit(place, place, self._laid_out(lines, self.indent_of(statement)))

    def insert_after(self, statement: cst.CSTNode, lines: str) -> Edit:
        """Put `lines` on lines of their own below the line on which `statement` ends."""
        place = self._line_end(self.range(statement)[1])
        return self._after_line(place, self._laid_out(lines, self.indent_of(statement)))

    def remove_lines(self, statement: cst.CSTNode) -> Edit:
        """Take away the lines of `statement`, which must stand alone on them, with what follows it there."""
        start, end = self.range(statement)
        return Edit(self._line_start(start), self._line_end(end), "")

    def _laid_out(self, lines: str, prefix: str) -> str:
        text = lines.replace("    ", self.unit) if self.unit != "    " else lines
        return indent(text.rstrip("\n") + "\n", prefix).replace("\n", self.newline)

    def _after_line(self, place: int, content: str) -> Edit:
        if place and self._text[place - 1] not in "\r\n":
            content = self.newline + content.removesuffix(self.newline)
        return Edit(place, place, content)

    def _line_start(self, place: int) -> int:
        return max(self._text.rfind("\n", 0, place), self._text.rfind("\r", 0, place)) + 1

    def _line_end(self, place: int) -> int:
        while place < len(self._text) and self._text[place] not in "\r\n":
            place += 1
        if self._text.startswith("\r\n", place):
            return place + 2
        return min(place + 1, len(self._text))
