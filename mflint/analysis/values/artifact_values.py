"""Which value an artifact surely has when a step ends, found by following it through the step graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.artifacts.sight import unseen_changes
from mflint.analysis.decorators.catch import caught_artifacts
from mflint.analysis.steps.branches import FOREACHES
from mflint.analysis.steps.graph import StepNode, StepType, step_graph
from mflint.analysis.values.bindings import PLAIN, element, is_known, is_shared
from mflint.analysis.values.certainty import is_touched, last_write, statement_of, writes_of
from mflint.analysis.values.evaluation import ABSENT, NOTHING, Derivation, Kind, Value, met
from mflint.model import UNKNOWN, ArtifactWrite, AssignmentKind, Flow, Step
from mflint.names import NameResolver
from mflint.syntax import literal


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
        return self._assigned(write) if write.kind in PLAIN else NOTHING

    def _assigned(self, write: ArtifactWrite) -> Value:
        node = element(write.value, write.elements)
        if node is None:
            return NOTHING
        known = literal(node)
        if is_known(known):
            changeable = isinstance(known, (list, dict))
            shared = is_shared(statement_of(self.step.function, write.node))
            if changeable and (shared or is_touched(self.flow, self.step, self.name, write.order)):
                return NOTHING
            return Value(Kind.LITERAL, write.node, self.step, known)
        return Derivation(self.flow, self.step, self.names, write).of(node)

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
