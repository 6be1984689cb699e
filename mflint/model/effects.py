"""What the body of a function does to the flow's artifacts, as a small tree in the order of execution."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from mflint.model.expressions import Node, Unknown


class Subject(Enum):
    """Whose attribute a guard tests."""

    FLOW = "self"
    INPUT = "an element of inputs"


Fact: TypeAlias = tuple[Subject, str]
"""That the subject has an attribute of that name."""

Facts: TypeAlias = frozenset[Fact]


class ExitKind(Enum):
    """How a body is left."""

    RETURN = "return"
    RAISE = "raise"
    """Calls such as `sys.exit()` too."""
    BREAK = "break"
    CONTINUE = "continue"


class Taken(Enum):
    """Which of a join's inputs an expression stands for."""

    EACH = "each"
    """One after the other, every one of them."""
    SOME = "some"


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """`self.name`; it may turn out to be a method, a Parameter or a step."""

    node: Node
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """`hasattr(self, "name")` or `getattr(self, "name", default)`: it never fails."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class AnyRead:
    """`getattr(self, name)` with a computed name: what it gives may be a method, and may be called."""


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """`self.name = …`, in whatever form."""

    node: Node
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Delete:
    """`del self.name`"""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class ClassWrite:
    """`owner.name = …`, where `owner` may be the flow's class; "" for `type(self)`."""

    owner: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class MethodCall:
    """`self.name(…)`, or `super().name(…)` in a class of the flow."""

    node: Node
    name: str
    above: bool = False
    """Whether the method is looked for above the class that calls it."""


@dataclass(frozen=True, slots=True, eq=False)
class Merge:
    """`self.merge_artifacts(…)`; UNKNOWN stands for names that are computed."""

    node: Node
    include: tuple[str, ...] | Unknown
    exclude: tuple[str, ...] | Unknown
    above: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class InputRead:
    """`inputs.name`"""

    node: Node
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class BranchRead:
    """An artifact of an input is read: of the step of that name, or of those that `taken` says."""

    node: Node
    branch: str | Taken
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class BranchWrite:
    """An attribute of an input is set."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Escape:
    """`self` is handed to other code, `callee` if that is a dotted name: any artifact may be set."""

    callee: str


@dataclass(frozen=True, slots=True, eq=False)
class OtherCall:
    """A statement that calls a function of that dotted name, which may never return."""

    callee: str


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """An `assert`: what follows happens only where it holds."""

    facts: Facts


@dataclass(frozen=True, slots=True, eq=False)
class Exit:
    """The body is left."""

    kind: ExitKind


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """One after the other."""

    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A body that runs where its test holds; the facts say what is known where it holds and where not."""

    test: Effect
    holds: Facts
    fails: Facts
    body: Effect


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The first alternative whose test holds; `otherwise` is None where nothing is said for the rest."""

    alternatives: tuple[Alternative, ...]
    otherwise: Effect | None


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A body that runs several times; `forever` until it is left, `inputs` once for each input of a join."""

    body: Effect
    orelse: Effect
    forever: bool = False
    inputs: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Handler:
    """An `except` clause; the flags say whether an AttributeError may come here, and by its own name."""

    body: Effect
    catches: bool
    expects: bool


@dataclass(frozen=True, slots=True, eq=False)
class Try:
    """A `try` statement, or a context manager that swallows exceptions."""

    body: Effect
    handlers: tuple[Handler, ...]
    orelse: Effect
    final: Effect


@dataclass(frozen=True, slots=True, eq=False)
class Later:
    """The body of a nested function or a lambda: it may run at any time after, or never."""

    body: Effect


Effect: TypeAlias = (
    Read
    | Tested
    | AnyRead
    | Write
    | Delete
    | ClassWrite
    | MethodCall
    | Merge
    | InputRead
    | BranchRead
    | BranchWrite
    | Escape
    | OtherCall
    | Check
    | Exit
    | Sequence
    | Choice
    | Loop
    | Try
    | Later
)

NOTHING = Sequence(())
