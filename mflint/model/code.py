"""What the source of one file says, definition by definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from mflint.model.assignments import ArtifactRead, ArtifactWrite, Assignment
from mflint.model.expressions import UNKNOWN, Call, Literal, Node


@dataclass(frozen=True, slots=True, eq=False)
class Import:
    """One name that an import statement binds.

    `import a.b` binds `a` to module `a`; `import a.b as c` binds `c` to `a.b`; `from ..m import x as y`
    has module `m`, level 2, name `x`, bound `y`. A star import has name and bound `*`.
    """

    node: Node
    statement: Node
    module: str
    level: int
    name: str | None
    bound: str
    block: tuple[int, ...]
    leading: bool
    """Whether nothing but imports and a docstring stands before it in its scope."""
    type_checking: bool

    @property
    def target(self) -> str:
        """The dotted name that `bound` stands for; leading dots for a relative import."""
        parent = "." * self.level + self.module
        if self.name is None:
            return parent
        return f"{parent}.{self.name}" if self.module else f"{parent}{self.name}"


class TransitionKind(Enum):
    """The forms of `self.next` that Metaflow can read."""

    LINEAR = "linear"
    SPLIT = "split"
    FOREACH = "foreach"
    NUM_PARALLEL = "num_parallel"
    SWITCH = "switch"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, eq=False)
class Transition:
    """A call of `self.next`. `tail` tells that it ends the step: Metaflow reads no other.

    `targets` are the step names in the order written (for a switch: of its cases); `foreach`, `condition`
    and `num_parallel` hold the literal given, else None. Metaflow's own reading: `DAGNode._parse` in
    graph.py.
    """

    node: Node
    kind: TransitionKind
    targets: tuple[str, ...]
    tail: bool
    foreach: Literal = None
    num_parallel: Literal = None
    condition: str | None = None
    cases: Mapping[Any, str] = field(default_factory=dict)
    target_nodes: tuple[Node, ...] = ()
    """Where each of the targets is written."""
    mentions: tuple[str, ...] = ()
    """The attributes of `self` that an invalid transition names, targets or not."""
    is_switch: bool = False
    """Whether it is meant as a switch: it has a dictionary or a condition."""


@dataclass(frozen=True, slots=True, eq=False)
class Decorator:
    """A decorator as written; `name` is its dotted name, empty where it is another expression."""

    node: Node
    name: str
    call: Call | None

    def argument(self, keyword: str) -> Literal:
        """The value of a keyword argument, None where it is absent, UNKNOWN where it cannot be read."""
        if self.call is None:
            return None
        found = self.call.argument(keyword)
        if found is None:
            return UNKNOWN if self.call.unpacks else None
        return found.value


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """The parameters of a function, by name."""

    positional_only: tuple[str, ...]
    positional: tuple[str, ...]
    """What `ast` calls `args.args`, and Metaflow counts: neither positional-only nor starred ones."""
    keyword_only: tuple[str, ...]
    var_positional: str | None
    var_keyword: str | None

    @property
    def first(self) -> str | None:
        """The name that `self` has."""
        return next(iter(self.positional_only + self.positional), None)


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function or method, its body read in one pass; what nested functions do counts as done here.

    `uses` maps each name that the body takes from outside to the places it is used at. `escapes` are the
    places where `self` is handed to other code, which may then set or read any artifact.
    """

    node: Node
    name: str
    signature: Signature
    decorators: tuple[Decorator, ...]
    returns: Node | None
    docstring: str | None
    imports: tuple[Import, ...]
    assignments: Mapping[str, tuple[Assignment, ...]]
    uses: Mapping[str, tuple[Node, ...]]
    calls: tuple[Call, ...]
    writes: tuple[ArtifactWrite, ...]
    reads: tuple[ArtifactRead, ...]
    transitions: tuple[Transition, ...]
    return_values: tuple[Node, ...]
    escapes: tuple[Node, ...]
    asynchronous: bool
    statements: int
    """How many the body has, at every depth; imports and bare strings, such as docstrings, do not count."""

    @property
    def name_node(self) -> Node:
        """Where a finding about the function as a whole points to."""
        return self.node.name

    @property
    def tail(self) -> Transition | None:
        """The transition that Metaflow reads."""
        return next((t for t in self.transitions if t.tail), None)


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class statement as written, flow or not.

    `definition_uses` are the names needed while the class is being defined: in bases, decorators and the
    body, not inside methods. `nested` tells that it stands inside a function or another class.
    """

    node: Node
    name: str
    bases: tuple[str, ...]
    """Dotted names; an empty one is another expression, such as a call."""
    decorators: tuple[Decorator, ...]
    docstring: str | None
    functions: tuple[Function, ...]
    attributes: Mapping[str, tuple[Assignment, ...]]
    imports: tuple[Import, ...]
    definition_uses: Mapping[str, tuple[Node, ...]]
    nested: bool
    has_metaclass: bool

    @property
    def name_node(self) -> Node:
        """Where a finding about the class as a whole points to."""
        return self.node.name


@dataclass(frozen=True, slots=True, eq=False)
class FlowFile:
    """One Python file, as far as flows are concerned; `guard_…` is what stands under the main guard."""

    path: Path
    node: Node
    docstring: str | None
    imports: tuple[Import, ...]
    functions: tuple[Function, ...]
    classes: tuple[Class, ...]
    """All classes of the file in the order written, nested ones too."""
    assignments: Mapping[str, tuple[Assignment, ...]]
    uses: Mapping[str, tuple[Node, ...]]
    calls: tuple[Call, ...]
    guard_uses: Mapping[str, tuple[Node, ...]]
    guard_calls: tuple[Call, ...]
