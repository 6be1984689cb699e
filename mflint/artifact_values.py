"""Which value an artifact surely has when a step ends, found by following it through the step graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

import libcst as cst

from mflint.branches import FOREACHES, open_foreaches
from mflint.certainty import (
    caught_artifacts,
    class_attributes,
    is_touched,
    last_write,
    statement_of,
    unseen_changes,
    writes_of,
)
from mflint.graph import StepNode, StepType, step_graph
from mflint.model import UNKNOWN, ArtifactWrite, AssignmentKind, Flow, Function, Literal, Node, Step
from mflint.names import External, NameResolver
from mflint.syntax import dotted_name, literal

_PLAIN = {AssignmentKind.PLAIN, AssignmentKind.ANNOTATED, AssignmentKind.UNPACKED}
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
    """A value of an artifact, where it is assigned, and the foreach `split` that it depends on."""

    kind: Kind
    node: Node = None
    step: Step | None = None
    literal: Literal = None
    split: str | None = None

    @property
    def identity(self) -> object:
        """Equal for values that are surely the same."""
        return (self.kind, repr(self.literal)) if self.kind is Kind.LITERAL else (self.kind, self.node)


NOTHING = Value(Kind.UNKNOWN)
ABSENT = Value(Kind.ABSENT)


def exit_values(flow: Flow, name: str, names: NameResolver) -> Mapping[str, Value]:
    """The value of the artifact `name` at the end of each step that the start leads to."""
    nodes = step_graph(flow).nodes
    values: dict[str, Value] = {}
    pending = list(nodes)
    while pending:
        step = pending.pop(0)
        entry = _entry(flow, nodes[step], values)
        if entry is None:
            continue
        found = _Transfer(flow, nodes[step].step, name, names).leave(entry)
        merged = met([values[step], found]) if step in values else found
        if step not in values or merged.identity != values[step].identity:
            values[step] = merged
            pending.extend(target for target in nodes[step].next if target in nodes)
    return values


def met(values: Iterable[Value]) -> Value:
    """The value where several ways meet."""
    found = list(values)
    return found[0] if found and len({value.identity for value in found}) == 1 else NOTHING


def _entry(flow: Flow, node: StepNode, values: Mapping[str, Value]) -> Value | None:
    """What the step finds; None where no way to it has been followed yet. A join may merge or not."""
    incoming = [values[name] for name in node.previous if name in values]
    if flow.start is node.step:
        return met([ABSENT, *incoming])
    if not incoming:
        return None
    found = met(incoming)
    return found if node.type is not StepType.JOIN or found.kind is Kind.ABSENT else NOTHING


@dataclass(frozen=True)
class _Transfer:
    """What one step does to the artifact."""

    flow: Flow
    step: Step
    name: str
    names: NameResolver

    def leave(self, entry: Value) -> Value:
        caught = self.name in caught_artifacts(self.flow, self.step)
        if caught or unseen_changes(self.flow, self.step, self.names):
            return NOTHING
        if not any(writes_of(self.flow, self.step, self.name)):
            changeable = isinstance(entry.literal, (list, dict))
            return NOTHING if changeable and is_touched(self.flow, self.step, self.name) else entry
        write = last_write(self.flow, self.step, self.name)
        if write is None:
            return NOTHING
        if write.kind is AssignmentKind.AUGMENTED:
            return self._counted(write, entry)
        return self._assigned(write) if write.kind in _PLAIN else NOTHING

    def _assigned(self, write: ArtifactWrite) -> Value:
        node = element(write.value, write.elements)
        if node is None:
            return NOTHING
        known = literal(node)
        if is_known(known):
            changeable = isinstance(known, (list, dict))
            shared = _is_shared(statement_of(self.step.function, write.node))
            if changeable and (shared or is_touched(self.flow, self.step, self.name, write.order)):
                return NOTHING
            return Value(Kind.LITERAL, write.node, self.step, known)
        return _Derived(self.flow, self.step, self.names, write).of(node, 0)

    def _counted(self, write: ArtifactWrite, entry: Value) -> Value:
        statement = statement_of(self.step.function, write.node)
        by = literal(write.value) if write.value is not None else UNKNOWN
        alone = sum(1 for _ in writes_of(self.flow, self.step, self.name)) == 1
        if not alone or type(by) is not int or type(entry.literal) is not int:
            return NOTHING
        if isinstance(statement.operator, cst.AddAssign):
            return Value(Kind.LITERAL, write.node, self.step, entry.literal + by)
        if isinstance(statement.operator, cst.SubtractAssign):
            return Value(Kind.LITERAL, write.node, self.step, entry.literal - by)
        return NOTHING


def _is_shared(statement: Node) -> bool:
    """Whether another name stands for the same object."""
    return isinstance(statement, cst.Assign) and len(statement.targets) > 1


def element(value: Node, elements: tuple[int, ...] | None) -> Node:
    """The expression that an unpacked target gets, None where the source does not show it."""
    for index in elements or ():
        if not isinstance(value, (cst.Tuple, cst.List)) or index >= len(value.elements):
            return None
        if any(isinstance(part, cst.StarredElement) for part in value.elements):
            return None
        value = value.elements[index].value
    return value if elements is not None else None


def is_known(value: Literal) -> bool:
    """Whether no part of a literal is computed."""
    if isinstance(value, (list, tuple)):
        return all(map(is_known, value))
    if isinstance(value, dict):
        return all(map(is_known, value.values()))
    return value is not UNKNOWN


def local_value(function: Function, name: str) -> Node:
    """The expression that the body binds the local `name` to, once and whatever happens; else None."""
    assigned = function.assignments.get(name, ())
    if len(assigned) != 1 or assigned[0].kind not in _PLAIN or name in _parameters(function):
        return None
    if statement_of(function, assigned[0].node) is None:
        return None
    return element(assigned[0].value, assigned[0].elements)


def _parameters(function: Function) -> set[str | None]:
    signature = function.signature
    starred = {signature.var_positional, signature.var_keyword}
    return {*signature.positional_only, *signature.positional, *signature.keyword_only, *starred}


@dataclass(frozen=True)
class _Derived:
    """Values that are another one in each task: made of the foreach's item, or unique."""

    flow: Flow
    step: Step
    names: NameResolver
    write: ArtifactWrite

    def of(self, node: Node, depth: int) -> Value:
        if depth > _MAX_DEPTH:
            return NOTHING
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
            return self.of(node.value, depth + 1)
        return NOTHING

    def _item(self, attribute: str) -> Value:
        open_splits = open_foreaches(self.flow, self.step.name)
        node = step_graph(self.flow).nodes[self.step.name]
        if not open_splits or node.type is StepType.JOIN or _redefines(self.flow, attribute):
            return NOTHING
        return Value(Kind(attribute), self.write.node, self.step, split=open_splits[-1])

    def _call(self, node: cst.Call, depth: int) -> Value:
        meaning = self._meaning(dotted_name(node.func))
        if meaning in _NEVER_TWICE:
            return Value(Kind.UNIQUE, self.write.node, self.step)
        if meaning in _KEEPING and len(node.args) == 1 and not node.args[0].star:
            return self.of(node.args[0].value, depth + 1)
        return NOTHING

    def _meaning(self, name: str) -> str:
        function = self.step.function
        if not name or name.partition(".")[0] in {*function.assignments, *_parameters(function)}:
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


def item_count(flow: Flow, split: str, names: NameResolver, kind: Kind) -> int | None:
    """How many different values of `kind` the tasks of a foreach have; None where it cannot be told."""
    node = step_graph(flow).nodes[split]
    if node.type not in FOREACHES or node.transition is None:
        return None
    if node.type is StepType.PARALLEL:
        return node.transition.num_parallel if isinstance(node.transition.num_parallel, int) else None
    name = node.transition.foreach
    value = exit_values(flow, name, names).get(split, NOTHING) if isinstance(name, str) else NOTHING
    if value.kind is not Kind.LITERAL or not isinstance(value.literal, (list, tuple, str)):
        return None
    return len(set(map(repr, value.literal)) if kind is Kind.INPUT else value.literal)
