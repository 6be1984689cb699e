"""What a flow is made of, across the files that it inherits from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from mflint.model.code import Class, Decorator, FlowFile, Function
from mflint.model.expressions import Argument, Call, Node, Unknown


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

    @property
    def from_metaflow(self) -> bool:
        """Whether it is Metaflow's own."""
        return self.qualified.startswith("metaflow.")


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
