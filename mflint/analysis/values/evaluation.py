"""What is known of the value of an expression in one task, compared with other tasks and other branches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

import libcst as cst

from mflint.analysis.artifacts.constants import class_attributes
from mflint.analysis.steps.branches import follows_join, open_foreaches
from mflint.analysis.values.bindings import is_known, local_value, parameter_names
from mflint.model import ArtifactWrite, Flow, Literal, Node, Step
from mflint.names import External, NameResolver
from mflint.syntax import dotted_name, literal

_MAX_DEPTH = 50
_NEVER_TWICE = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "time.monotonic_ns",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
}
"""Functions that return another value in each task."""
_KEEPING = {"builtins.repr", "builtins.str"}
"""Functions that give different values for different arguments."""


class Kind(Enum):
    """What is known of a value."""

    ABSENT = "absent"
    LITERAL = "literal"
    INPUT = "input"
    """Made of the item of the innermost foreach, another for each item."""
    INDEX = "index"
    """Made of the index of the innermost foreach."""
    UNIQUE = "unique"
    """Another one each time it is computed."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Value:
    """A value of an artifact, where it is assigned."""

    kind: Kind
    node: Node = None
    step: Step | None = None
    literal: Literal = None

    @property
    def identity(self) -> object:
        """Equal for values that are surely the same."""
        return (self.kind, repr(self.literal)) if self.kind is Kind.LITERAL else (self.kind, self.node)


NOTHING = Value(Kind.UNKNOWN)
ABSENT = Value(Kind.ABSENT)


def met(values: Iterable[Value]) -> Value:
    """The value where several ways meet."""
    found = list(values)
    return found[0] if found and len({value.identity for value in found}) == 1 else NOTHING


@dataclass(frozen=True)
class Derivation:
    """Values that are another one in each task: made of the foreach's item, or unique."""

    flow: Flow
    step: Step
    names: NameResolver
    write: ArtifactWrite
    answers: dict[Node, Value] = field(default_factory=dict)

    def of(self, node: Node, depth: int = 0) -> Value:
        """What is known of the expression `node` of the step's body."""
        if depth > _MAX_DEPTH:
            return NOTHING
        if node not in self.answers:
            self.answers[node] = self._of(node, depth)
        return self.answers[node]

    def _of(self, node: Node, depth: int) -> Value:
        if isinstance(node, cst.Name):
            return self._local(node.value, depth)
        if isinstance(node, cst.Attribute):
            return self._attribute(node, depth)
        if isinstance(node, cst.Call):
            return self._call(node, depth)
        return self._strongest(_parts(node), depth)

    def _strongest(self, parts: Iterable[Node], depth: int) -> Value:
        found = [self.of(part, depth + 1) for part in parts]
        for kind in (Kind.UNIQUE, Kind.INDEX, Kind.INPUT):
            for value in found:
                if value.kind is kind:
                    return value
        return NOTHING

    def _local(self, name: str, depth: int) -> Value:
        value = local_value(self.step.function, name)
        if value is None:
            return NOTHING
        known = literal(value)
        if is_known(known) and not isinstance(known, (list, dict)):
            return Value(Kind.LITERAL, self.write.node, self.step, known)
        return self.of(value, depth + 1)

    def _attribute(self, node: cst.Attribute, depth: int) -> Value:
        function = self.step.function
        if dotted_name(node) in (f"{function.signature.first}.{kind}" for kind in ("input", "index")):
            return self._item(node.attr.value)
        if node.attr.value == "hex":
            return self._strongest([node.value], depth)
        return NOTHING

    def _item(self, attribute: str) -> Value:
        open_splits = open_foreaches(self.flow, self.step.name)
        if not open_splits or _redefines(self.flow, attribute):
            return NOTHING
        if attribute == "input" and follows_join(self.flow, self.step.name, open_splits[-1]):
            return NOTHING
        return Value(Kind(attribute), self.write.node, self.step)

    def _call(self, node: cst.Call, depth: int) -> Value:
        meaning = self._meaning(dotted_name(node.func))
        if meaning in _NEVER_TWICE:
            return Value(Kind.UNIQUE, self.write.node, self.step)
        if meaning in _KEEPING and len(node.args) == 1 and not node.args[0].star:
            return self._strongest([node.args[0].value], depth)
        return NOTHING

    def _meaning(self, name: str) -> str:
        function = self.step.function
        if not name or name.partition(".")[0] in {*function.assignments, *parameter_names(function)}:
            return ""
        found = self.names.resolve(self.step.file, name, function.imports)
        return found.qualified if isinstance(found, External) else ""


def _parts(node: Node) -> list[Node]:
    """The parts of an expression of which each makes the whole another one."""
    if isinstance(node, (cst.Tuple, cst.List)):
        return [part.value for part in node.elements if isinstance(part, cst.Element)]
    if isinstance(node, cst.Dict):
        return [part.value for part in node.elements if isinstance(part, cst.DictElement)]
    if isinstance(node, cst.FormattedString):
        return [
            part.expression
            for part in node.parts
            if isinstance(part, cst.FormattedStringExpression) and part.format_spec is None
        ]
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Add, cst.Subtract)):
        sides = (node.left, node.right)
        if any(is_known(literal(side)) for side in sides):
            return list(sides)
    return []


def _redefines(flow: Flow, attribute: str) -> bool:
    """Whether the flow has an attribute of its own in place of Metaflow's `input` or `index`."""
    return attribute in flow.methods or attribute in class_attributes(flow)
