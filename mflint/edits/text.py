"""Where the nodes of a file stand in its text, and how the file is laid out."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from textwrap import indent

import libcst as cst

from mflint.diagnostics import Position, Span
from mflint.positions import offsets
from mflint.source import Source, parsable
from mflint.syntax import children

BLANK = " \t\f"
_LINE_END = re.compile(r"\r\n|\r|\n")


class NoRoom(Exception):
    """An edit that the file leaves no room for; the fix it belongs to is not offered."""


class Text:
    """The text of one file as seen by its syntax tree."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.whole = source.text
        self._shift = len(source.text) - len(source.text.removeprefix("\f"))

    @cached_property
    def _offsets(self) -> dict[cst.CSTNode, tuple[int, int]]:
        try:
            code, found = offsets(self.source.module)
        except RecursionError:
            raise NoRoom("nested too deeply for libcst") from None
        if code != parsable(self.whole):
            raise NoRoom("libcst does not reproduce this file")
        return dict(found)

    @cached_property
    def _parents(self) -> dict[cst.CSTNode, cst.CSTNode]:
        found: dict[cst.CSTNode, cst.CSTNode] = {}
        stack: list[cst.CSTNode] = [self.source.module]
        while stack:
            node = stack.pop()
            for child in children(node):
                found[child] = node
                stack.append(child)
        return found

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.whole))]

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that `node` is part of."""
        return self._parents.get(node)

    def range(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where `node` begins and ends, without surrounding whitespace, comments and parentheses.

        A class or function begins at its `class`, `def` or `async`, not at its decorators.
        """
        start, end = self._offsets[node]
        return start + self._shift, end + self._shift

    def decorated(self, statement: cst.CSTNode) -> tuple[int, int]:
        """The range of a statement, from its first decorator on if it has any."""
        start, end = self.range(statement)
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)) and statement.decorators:
            start = self.range(statement.decorators[0])[0]
        return start, end

    def text(self, node: cst.CSTNode) -> str:
        """The source of `node` as written."""
        start, end = self.range(node)
        return self.whole[start:end]

    def offset(self, position: Position) -> int:
        """Where a line and column is in the text."""
        return self._line_starts[position.line - 1] + position.column - 1

    def range_of(self, span: Span) -> tuple[int, int]:
        """Where a span begins and ends in the text."""
        return self.offset(span.start), self.offset(span.end)

    @cached_property
    def newline(self) -> str:
        """How the file ends its lines, or the first of them."""
        first = _LINE_END.search(self.whole)
        return first.group() if first else "\n"

    @property
    def unit(self) -> str:
        """One level of the file's indentation."""
        return self.source.module.default_indent

    @cached_property
    def quote(self) -> str:
        """The quotes that most strings of the file have."""
        strings = (node for node in self._offsets if type(node) is cst.SimpleString)
        used = Counter(string.quote[0] for string in strings if len(string.quote) == 1)
        return "'" if used["'"] > used['"'] else '"'

    def indent_of(self, node: cst.CSTNode) -> str:
        """The whitespace that the line of `node` begins with."""
        line = self.whole[self.line_start(self.range(node)[0]) :]
        return line[: len(line) - len(line.lstrip(BLANK))]

    def line_start(self, place: int) -> int:
        """Where the line that holds `place` begins."""
        return max(self.whole.rfind("\n", 0, place), self.whole.rfind("\r", 0, place)) + 1

    def line_end(self, place: int) -> int:
        """Where the line behind the one that holds `place` begins; a backslash joins two to one."""
        found = _LINE_END.search(self.whole, place)
        while found is not None and self._is_joined(place, found.start()):
            found = _LINE_END.search(self.whole, found.end())
        return found.end() if found is not None else len(self.whole)

    def _is_joined(self, place: int, end: int) -> bool:
        line = self.whole[max(place, self.line_start(end)) : end]
        return line.endswith("\\") and "#" not in line

    def stands_alone(self, start: int, end: int) -> bool:
        """Whether nothing but a comment shares the lines from `start` to `end` with what is there."""
        first = self.line_start(start)
        behind = _LINE_END.split(self.whole[end : self.line_end(end)], maxsplit=1)[0].lstrip(BLANK)
        joined = self.whole[:first].rstrip("\r\n").endswith("\\")
        return not self.whole[first:start].strip() and not joined and (not behind or behind[0] == "#")

    def laid_out(self, lines: str, prefix: str) -> str:
        """`lines`, written with four spaces of indent and `\\n`, as the file writes them, behind `prefix`."""
        text = re.sub(r"^(?: {4})+", self._units, lines, flags=re.MULTILINE)
        return indent(text.rstrip("\n") + "\n", prefix).replace("\n", self.newline)

    def _units(self, match: re.Match[str]) -> str:
        return self.unit * (len(match.group()) // 4)
