"""From bytes to text, syntax tree and places.

libcst has limits that CPython has not, so its failures are sorted here: what CPython refuses too is a syntax
error (MF001), what only libcst refuses is an unreadable file (MF004). Deep trees need a deep stack: call
`with_deep_stack` around everything that parses or asks for spans.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import threading
import tokenize
import warnings
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mflint.diagnostics import Span

if TYPE_CHECKING:
    import libcst

_T = TypeVar("_T")

MAX_BRACKET_DEPTH = 200
"""CPython's own limit (`MAXLEVEL` in its tokenizer); libcst 1.9 overruns the C stack at some 2,500."""

_STACK_BYTES = 512 * 1024 * 1024
_RECURSION_LIMIT = 30_000
_THREAD_NAME = "mflint-deep-stack"


class SourceErrorKind(Enum):
    """Whose fault it is that a file gives no tree."""

    SYNTAX = "syntax-error"
    UNREADABLE = "unreadable-file"


class SourceError(Exception):
    """A file that cannot be read or parsed; `line` and `column` count from 1."""

    def __init__(
        self, path: Path, kind: SourceErrorKind, message: str, line: int = 1, column: int = 1
    ) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path = path
        self.kind = kind
        self.message = message
        self.line = line
        self.column = column


class Source:
    """The bytes of one file and the text in them, its tree, and the places of the tree's nodes."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        self.data = data
        self.encoding, self.text = _decode(path, data)
        self._spans: dict[libcst.CSTNode, Span] = {}

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read `path`. Raises SourceError where the system or the encoding does not let it."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise SourceError(path, SourceErrorKind.UNREADABLE, error.strerror or str(error)) from None
        return cls(path, data)

    def with_text(self, text: str) -> Source:
        """The same file, in the same encoding, with another text. Raises UnicodeError."""
        return Source(self.path, text.encode(self.encoding))

    @cached_property
    def module(self) -> libcst.Module:
        """The syntax tree. Raises SourceError."""
        import libcst

        _refuse_null_bytes(self.path, self.text)
        _refuse_deep_brackets(self.path, self.text)
        try:
            return libcst.parse_module(parsable(self.text))
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
                raise
            raise _explained(self.path, self.text, error) from None

    def spans(self, nodes: Iterable[libcst.CSTNode]) -> Mapping[libcst.CSTNode, Span]:
        """Where each of `nodes` stands. Raises SourceError where the tree is too deep to print."""
        from mflint.positions import locate

        wanted = list(nodes)
        unknown = [node for node in wanted if node not in self._spans]
        try:
            if unknown:
                self._spans.update(locate(self.module, unknown))
        except RecursionError:
            raise SourceError(self.path, SourceErrorKind.UNREADABLE, "nested too deeply for libcst") from None
        return {node: self._spans[node] for node in wanted if node in self._spans}


def with_deep_stack(function: Callable[[], _T]) -> _T:
    """Return what `function` does, called in a thread whose stack holds what deep syntax trees need."""
    if threading.current_thread().name == _THREAD_NAME:
        return function()
    results: list[_T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:
            errors.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK_BYTES)
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        thread = threading.Thread(target=run, name=_THREAD_NAME, daemon=True)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if errors:
        raise errors[0]
    return results[0]


def _decode(path: Path, data: bytes) -> tuple[str, str]:
    """The encoding of a file, and its text."""

    def refuse(message: str, line: int = 1) -> SourceError:
        return SourceError(path, SourceErrorKind.UNREADABLE, message, line)

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise refuse(f"unknown or wrong encoding: {error.msg}") from None
    try:
        return encoding, data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse(f"not {error.encoding}: byte 0x{data[error.start]:02x} ({error.reason})", line) from None
    except (LookupError, ValueError) as error:
        raise refuse(f"cannot be decoded as {encoding}: {error}") from None


def parsable(text: str) -> str:
    """The text without what libcst does not reproduce: a leading form feed, and CR alone as a line end."""
    if "\r" in text:
        text = re.sub(r"\r(?!\n)", "\n", text)
    return text.removeprefix("\f")


def _explained(path: Path, text: str, error: BaseException) -> SourceError:
    import libcst

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as refusal:
        return SourceError(
            path,
            SourceErrorKind.SYNTAX,
            refusal.msg,
            max(refusal.lineno or 1, 1),
            max(refusal.offset or 1, 1),
        )
    except (ValueError, RecursionError, MemoryError) as refusal:
        return SourceError(path, SourceErrorKind.UNREADABLE, str(refusal) or "nested too deeply for Python")
    if isinstance(error, RecursionError):
        return SourceError(path, SourceErrorKind.UNREADABLE, "nested too deeply for libcst")
    if isinstance(error, libcst.ParserSyntaxError):
        message = "libcst cannot parse what Python can"
        return SourceError(path, SourceErrorKind.UNREADABLE, message, error.editor_line, error.editor_column)
    return SourceError(path, SourceErrorKind.UNREADABLE, f"libcst failed: {type(error).__name__}")


def _refuse_null_bytes(path: Path, text: str) -> None:
    """Refuse what libcst reads and CPython does not."""
    place = text.find("\0")
    if place >= 0:
        line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
        raise SourceError(path, SourceErrorKind.SYNTAX, "source code cannot contain null bytes", line, column)


_BRACKET_OR_OPAQUE = re.compile(
    r"#[^\n]*|'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|[()\[\]{}\n]",
    re.DOTALL,
)


def _refuse_deep_brackets(path: Path, text: str) -> None:
    if not _may_nest_deeply(text):
        return
    depth, line = 0, 1
    for match in _BRACKET_OR_OPAQUE.finditer(text):
        token = match.group()
        line += token.count("\n")
        if token in ("(", "[", "{"):
            depth += 1
        elif token in (")", "]", "}"):
            depth = max(depth - 1, 0)
        if depth > MAX_BRACKET_DEPTH:
            raise SourceError(path, SourceErrorKind.SYNTAX, "too many nested parentheses", line)


def _may_nest_deeply(text: str) -> bool:
    """Whether pairs of brackets are left when innermost pairs have been taken away many times."""
    rest = re.sub(r"[^()\[\]{}]+", "", text)
    for _ in range(64):
        shorter = rest.replace("()", "").replace("[]", "").replace("{}", "")
        if len(shorter) == len(rest):
            break
        rest = shorter
    return len(rest) > MAX_BRACKET_DEPTH
