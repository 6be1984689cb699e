"""The vocabulary: what a Python file says about Metaflow flows, as frozen data.

`reader` makes a `FlowFile` out of one file's syntax tree; `project` makes a `Flow` out of a class and its
bases in other files. Rules, the graph and the pytest plugin read nothing else.

A `node` is the libcst node a fact was read from. It is opaque here: `source.Source.spans` turns it into a
place. Objects compare by identity, since two equal facts at two places are two facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

Node: TypeAlias = Any


class Unknown(Enum):
    """The one value `UNKNOWN`: an expression whose value the source alone does not tell."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        """Short, since it stands inside printed literals."""
        return "UNKNOWN"


UNKNOWN = Unknown.UNKNOWN

Literal: TypeAlias = Any
"""A Python literal, containers included; `UNKNOWN` stands for each part that is computed."""


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """One argument of a call; `keyword` is None for a positional one, `star` is `*` or `**`, if any."""

    node: Node
    keyword: str | None
    value: Literal
    star: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call of a dotted name, such as `self.next`, `pd.read_csv` or `TrainFlow`."""

    node: Node
    name: str
    arguments: tuple[Argument, ...]

    def argument(self, keyword: str, position: int | None = None) -> Argument | None:
        """The argument given as `keyword`, or at `position` among the positional ones."""
        for argument in self.arguments:
            if argument.keyword == keyword:
                return argument
        positional = [a for a in self.arguments if a.keyword is None]
        if position is None or position >= len(positional) or any(a.star for a in positional[: position + 1]):
            return None
        return positional[position]

    @property
    def unpacks(self) -> bool:
        """Whether `*args` or `**kwargs` hide arguments."""
        return any(a.star for a in self.arguments)


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


class AssignmentKind(Enum):
    """How a name or an artifact gets its value."""

    PLAIN = "plain"
    ANNOTATED = "annotated"
    DECLARED = "declared"
    """An annotation without a value."""
    AUGMENTED = "augmented"
    UNPACKED = "unpacked"
    """An element of a tuple or list target."""
    LOOP = "loop"
    WITH = "with"
    WALRUS = "walrus"
    SUBSCRIPT = "subscript"
    """`self.x[…] = …`: the artifact changes in place."""
    ATTRIBUTE = "attribute"
    """`self.x.y = …`: the artifact changes in place."""
    DELETE = "delete"
    SETATTR = "setattr"
    OTHER = "other"
    """`except … as name`, a `match` capture, a `def` or a `class` statement."""


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """A local name, or an attribute of a class body, gets a value (None where no expression tells it).

    `elements` is the path into `value` for an unpacked target: `a, (b, c) = v` gives `c` the path (1, 1); an
    element behind a starred one has path None. `block` is the path of nested blocks, one number each,
    negative for the body of a loop: an assignment is made before `later` on every way there if its block is a
    prefix of `later`'s.
    """

    node: Node
    name: str
    kind: AssignmentKind
    value: Node | None
    elements: tuple[int, ...] | None
    annotation: Node | None
    order: int
    block: tuple[int, ...]

    def always_before(self, order: int, block: tuple[int, ...]) -> bool:
        """Whether this assignment has been made whenever the place `order`, `block` is reached."""
        return self.order < order and block[: len(self.block)] == self.block

    def may_come_round(self, block: tuple[int, ...], since: tuple[int, ...]) -> bool:
        """Whether a loop leads from here to the place in `block`, without passing one in `since`."""
        shared = 0
        for own, other in zip(self.block, block, strict=False):
            if own != other:
                break
            shared += 1
        return any(number < 0 for number in block[len(since) : shared])


@dataclass(frozen=True, slots=True, eq=False)
class ArtifactWrite(Assignment):
    """An attribute of `self` is assigned, changed in place or deleted; `name` is the artifact.

    `nested` tells that it stands in a nested function or lambda, which may never be called.
    """

    nested: bool = False


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
    transitions: tuple[Transition, ...]
    return_values: tuple[Node, ...]
    escapes: tuple[Node, ...]
    asynchronous: bool

    @property
    def name_node(self) -> Node:
        """Where a finding about the function as a whole points to."""
        return self.node.name

    @property
    def tail(self) -> Transition | None:
        """The transition that Metaflow reads."""
        return next((t for t in self.transitions if t.tail), None)


class ParameterKind(Enum):
    """The classes of Metaflow that declare an input of a flow."""

    PARAMETER = "Parameter"
    CONFIG = "Config"
    INCLUDE_FILE = "IncludeFile"


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A `Parameter`, `Config` or `IncludeFile` of a flow.

    `attribute` is the name in the class (`self.<attribute>`), `name` the one on the command line: a string,
    or UNKNOWN where it is computed. `default` is None where there is none.
    """

    node: Node
    kind: ParameterKind
    attribute: str
    name: str | Unknown
    call: Call

    @property
    def default(self) -> Argument | None:
        """The argument that gives the default value."""
        return self.call.argument("default", 1)

    @property
    def needs_value(self) -> bool:
        """Whether a run without a value for it certainly fails."""
        required = self.call.argument("required")
        return bool(required and required.value is True and self.default is None and not self.call.unpacks)


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


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A step as it stands in the class that defines it."""

    function: Function
    owner: Class
    file: FlowFile
    starts: bool
    """`@step(start=True)`"""
    ends: bool
    """`@step(end=True)`"""

    @property
    def name(self) -> str:
        """The step's name in the graph."""
        return self.function.name

    @property
    def node(self) -> Node:
        """The function's node."""
        return self.function.node


@dataclass(frozen=True, slots=True, eq=False)
class AppliedDecorator:
    """A decorator of a flow or a step with the name it resolves to, such as `metaflow.project`."""

    qualified: str
    decorator: Decorator
    file: FlowFile

    @property
    def name(self) -> str:
        """The last part of the name, such as `project`."""
        return self.qualified.rpartition(".")[2]


@dataclass(frozen=True, eq=False)
class Flow:
    """A flow: a class that derives from `FlowSpec`, with all that it inherits from the project's other files.

    `unknown` says in words what the project's source does not show of it (a base class from outside, a class
    decorator that may change the flow, …). Where it is not empty a rule about absence keeps silent.
    """

    definition: Class
    file: FlowFile
    lineage: tuple[tuple[Class, FlowFile], ...]
    """The class itself and its bases as far as known, in method resolution order."""
    steps: Mapping[str, Step]
    methods: Mapping[str, tuple[Function, FlowFile]]
    """All methods that are no steps, by name."""
    parameters: tuple[Parameter, ...]
    decorators: tuple[AppliedDecorator, ...]
    step_decorators: Mapping[str, tuple[AppliedDecorator, ...]]
    unknown: tuple[str, ...]
    unknown_parameters: tuple[str, ...]
    """What may add parameters that `parameters` does not show; contains `unknown`."""
    started: bool
    """Whether its file instantiates it at module level or under the main guard."""
    subclassed: bool
    """Whether another class of the project derives from it; not looked for where its file starts it."""

    @property
    def name(self) -> str:
        """The class name, which is the flow's name."""
        return self.definition.name

    @property
    def node(self) -> Node:
        """The class statement's node."""
        return self.definition.node

    @cached_property
    def start(self) -> Step | None:
        """The first step, as Metaflow's `FlowGraph._identify_start_end` finds it."""
        return self._endpoint("start", [s for s in self.steps.values() if s.starts])

    @cached_property
    def end(self) -> Step | None:
        """The last step."""
        return self._endpoint("end", [s for s in self.steps.values() if s.ends])

    def _endpoint(self, name: str, marked: list[Step]) -> Step | None:
        if len(self.steps) == 1:
            return next(iter(self.steps.values()))
        if marked:
            return marked[0] if len(marked) == 1 else None
        return self.steps.get(name)

    @property
    def concrete(self) -> bool:
        """Whether it can be run as it stands: it has a first and a last step and nothing derives from it."""
        return self.start is not None and self.end is not None and not self.subclassed

    @property
    def runnable(self) -> bool:
        """Whether somebody means to run it: its file starts it, or it has steps and no subclass."""
        return self.started or (bool(self.steps) and not self.subclassed)

    def decorated_with(self, qualified: str) -> AppliedDecorator | None:
        """The class decorator of that qualified name, own or inherited."""
        return next((d for d in self.decorators if d.qualified == qualified), None)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name on the command line, whatever its case, with `-` or `_`."""
        wanted = normalised(name)
        for parameter in self.parameters:
            if isinstance(parameter.name, str) and normalised(parameter.name) == wanted:
                return parameter
        return None


def normalised(name: str) -> str:
    """A parameter's name as Metaflow compares it (`parameters.py`: lower case, `-` as `_`)."""
    return name.replace("-", "_").lower()
