"""What a rule yields, and what the reader of a report gets to see.

A rule yields a `Violation`: a node and a text. The checker turns it into a `Finding`, which knows its place,
its rule and its flow, and which every output format prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mflint.edits import Editor


class Severity(Enum):
    """How bad a finding is; `--fail-on` compares it."""

    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for the mildest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: line and column in characters, both from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to, but without, `end`."""

    start: Position
    end: Position

    @classmethod
    def at(cls, line: int, column: int = 1, length: int = 0) -> Span:
        """A span of `length` characters in one line."""
        return cls(Position(line, column), Position(line, column + length))


@dataclass(frozen=True, slots=True)
class Place:
    """A file, and in it a libcst node, or a span where there is no tree."""

    path: Path
    node: Any = None
    span: Span | None = None


class Applicability(Enum):
    """Whether a fix is made by `--fix`, or by `--fix --unsafe-fixes` only since behaviour may change."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Put `content` in place of the characters from `start` up to, but without, `end` of a file's text."""

    start: int
    end: int
    content: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits of the file that a finding is in, made together or not at all; `message` says what they do."""

    message: str
    applicability: Applicability
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a rule proposes: `edits` makes the edits of a `Fix`, and none where the file leaves no room."""

    message: str
    applicability: Applicability
    edits: Callable[[Editor], Iterable[Edit]]


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule found. `related` places explain it, each in a few words; `help` says what to do."""

    place: Place
    message: str
    help: str = ""
    flow: str | None = None
    step: str | None = None
    related: tuple[tuple[Place, str], ...] = ()
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """What a rule yields instead where the project's source cannot decide; `reason` says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a finding."""

    path: Path
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, ready to be printed.

    `suppressed` holds the reason given, or "" where there was none. `fixable` says whether `--fix` makes the
    fix: it does not while the finding is suppressed, or the fix is unsafe and unsafe fixes are not wanted.
    """

    code: str
    name: str
    severity: Severity
    message: str
    path: Path
    span: Span
    flow: str | None = None
    step: str | None = None
    help: str = ""
    related: tuple[Related, ...] = ()
    suppressed: str | None = None
    fix: Fix | None = None
    fixable: bool = False

    @property
    def sort_key(self) -> tuple[str, Span, str, str]:
        """The order of every report: by file, place and rule."""
        return (self.path.as_posix(), self.span, self.code, self.message)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that kept mflint itself from looking at `path`; `message` is one line."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run of `mflint check` has to say.

    `sources` holds the text of each file with findings; `fixed` are the findings that have been fixed and are
    no longer among `findings`.
    """

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    files: int
    flows: int
    silences: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[Path, str] = field(default_factory=dict)
    fixed: tuple[Finding, ...] = ()
