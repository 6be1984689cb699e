"""The lines that a statement's header stands on, found in the tokens of a file."""

from __future__ import annotations

import tokenize
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from tokenize import TokenInfo

_LAYOUT = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})


@dataclass(frozen=True, slots=True)
class Header:
    """A simple statement, or a compound one up to its colon with its decorators; `last` is its last line."""

    first: int
    last: int


def headers(tokens: list[TokenInfo]) -> tuple[Header, ...]:
    """The headers of a file in order; they do not overlap."""
    found: list[Header] = []
    decorated_from: int | None = None
    for line in _logical_lines(tokens):
        first, last = line[0].start[0], line[-1].end[0]
        if line[0].string == "@":
            decorated_from = decorated_from or first
            continue
        found.append(Header(decorated_from or first, last))
        decorated_from = None
    return tuple(found)


def header_at(found: tuple[Header, ...], line: int, alone: bool) -> range:
    """The lines of the header that a comment on `line` belongs to: its own, or the next if it is `alone`.

    Without any such header that is the line itself. Where no headers are known (`found` is empty) one that
    stands alone belongs to the line after it too.
    """
    position = bisect_left(found, line, key=attrgetter("last"))
    if position < len(found):
        header = found[position]
        if alone or header.first <= line:
            return range(min(header.first, line), header.last + 1)
    return range(line, line + 2 if alone and not found else line + 1)


def _logical_lines(tokens: list[TokenInfo]) -> Iterator[list[TokenInfo]]:
    line: list[TokenInfo] = []
    for token in tokens:
        if token.type == tokenize.NEWLINE:
            yield line
            line = []
        elif token.type not in _LAYOUT:
            line.append(token)
