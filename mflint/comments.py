"""Reads the comments of a file that silence findings."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from mflint.diagnostics import Span
from mflint.headers import Header, header_at, headers


class SuppressionKind(Enum):
    """The forms of a comment that silences."""

    IGNORE = "ignore"
    IGNORE_FILE = "ignore-file"
    NOQA = "noqa"
    MALFORMED = "malformed"
    """Meant as one, but written so that it silences nothing."""


_NOWHERE = Span.at(1)


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment that silences the findings of its file that begin in `lines`.

    `selectors` name the rules, none means all of them; `places` are where each selector stands.
    """

    kind: SuppressionKind
    selectors: tuple[str, ...]
    reason: str
    span: Span
    lines: range
    places: tuple[Span, ...] = ()
    comment: Span = _NOWHERE


@dataclass(frozen=True, slots=True)
class UnusedSuppression(Suppression):
    """A comment, or one selector of it, that silences nothing.

    `unknown` marks one whose selector stands for no rule, and `hint` is then what may be meant.
    """

    unknown: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Comment:
    text: str
    line: int
    column: int
    alone: bool


PRAGMA = re.compile(
    r"""\#\s*mflint:\s*(?P<word>[A-Za-z-]+)
        (?:\[(?P<rules>[^\[\]\#]*)\])?
        (?:\s*--\s*(?P<reason>.*?)\s*(?=\#\s|\Z) | \s*(?=\#|\Z))""",
    re.VERBOSE,
)
_ATTEMPT = re.compile(r"#\s*mflint:\s*ign[A-Za-z_-]*", re.IGNORECASE)
NOQA = re.compile(
    r"""\#\s*noqa(?:\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)(?![\w-]) | (?!\s*:)(?![\w-]))
        (?:\s*--\s*(?P<reason>.*?)\s*(?=\#\s|\Z))?""",
    re.VERBOSE | re.IGNORECASE,
)
_OWN_CODE = re.compile(r"MF\d+\Z")
SELECTOR = re.compile(r"[^,\s]+")
_COMMENT = re.compile(r"#[^\r\n]*")


def read_suppressions(text: str) -> tuple[Suppression, ...]:
    """The comments in the text of a file that silence findings, in the order written."""
    if "mflint:" not in text and "noqa" not in text.lower():
        return ()
    comments: Iterator[_Comment]
    found: tuple[Header, ...]
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline=None).readline))
    except (tokenize.TokenError, SyntaxError):
        comments, found = _comments_by_line(text), ()
    else:
        comments, found = _comments(tokens), headers(tokens)
    last = text.count("\n") + text.count("\r") + 1
    return tuple(s for comment in comments for s in _suppressions(comment, found, last))


def _comments(tokens: list[tokenize.TokenInfo]) -> Iterator[_Comment]:
    for token in tokens:
        if token.type == tokenize.COMMENT:
            line, column = token.start
            yield _Comment(token.string, line, column + 1, not token.line[:column].strip())


def _comments_by_line(text: str) -> Iterator[_Comment]:
    """What looks like a comment, in a file that cannot be split into tokens."""
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        found = _COMMENT.search(line)
        if found:
            alone = not line[: found.start()].strip()
            yield _Comment(found.group(), number, found.start() + 1, alone)


def _suppressions(comment: _Comment, found: tuple[Header, ...], last: int) -> Iterator[Suppression]:
    covered = header_at(found, comment.line, comment.alone)
    yield from _pragmas(comment, covered, range(1, last + 1))
    yield from _noqas(comment, covered)


def _pragmas(comment: _Comment, covered: range, everything: range) -> Iterator[Suppression]:
    understood = []
    for match in PRAGMA.finditer(comment.text):
        word, rules = match["word"], match["rules"]
        selectors, places = _selectors(comment, rules or "", match.start("rules"))
        if word not in ("ignore", "ignore-file") or (rules is not None and not selectors):
            continue
        understood.append(match.start())
        lines = everything if word == "ignore-file" else covered
        end = match.end("word") if rules is None else match.end("rules") + 1
        span = _span(comment, match.start(), end)
        kind = SuppressionKind(word)
        yield Suppression(kind, selectors, match["reason"] or "", span, lines, places, comment=_span(comment))
    for match in _ATTEMPT.finditer(comment.text):
        if match.start() not in understood:
            span = _span(comment, match.start(), len(comment.text.rstrip()))
            yield Suppression(SuppressionKind.MALFORMED, (), "", span, range(0), comment=_span(comment))


def _noqas(comment: _Comment, covered: range) -> Iterator[Suppression]:
    for match in NOQA.finditer(comment.text):
        codes, places = _selectors(comment, match["codes"] or "", match.start("codes"))
        own = [(c, place) for c, place in zip(codes, places, strict=True) if _OWN_CODE.match(c)]
        if codes and not own:
            continue
        yield Suppression(
            SuppressionKind.NOQA,
            tuple(code for code, _ in own),
            match["reason"] or "",
            _span(comment, match.start(), match.end("codes") if codes else match.start() + len("# noqa")),
            covered if own or not comment.alone else range(comment.line, comment.line + 1),
            tuple(place for _, place in own),
            comment=_span(comment),
        )


def _selectors(comment: _Comment, text: str, offset: int) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    found = list(SELECTOR.finditer(text))
    spans = (_span(comment, offset + m.start(), offset + m.end()) for m in found)
    return tuple(m.group() for m in found), tuple(spans)


def _span(comment: _Comment, start: int = 0, end: int | None = None) -> Span:
    end = len(comment.text) if end is None else end
    return Span.at(comment.line, comment.column + start, end - start)
