"""The step graph of a flow as Metaflow sees it (`DAGNode` and `FlowGraph` in metaflow/graph.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from mflint.model import Flow, Node, Step, Transition, TransitionKind


class StepType(Enum):
    """The types that Metaflow's `output_steps` gives to steps."""

    START = "start"
    LINEAR = "linear"
    JOIN = "join"
    END = "end"
    SPLIT = "split-static"
    FOREACH = "split-foreach"
    PARALLEL = "split-parallel"
    SWITCH = "split-switch"
    UNKNOWN = "unknown"


_SPLITS = {
    TransitionKind.SPLIT: StepType.SPLIT,
    TransitionKind.FOREACH: StepType.FOREACH,
    TransitionKind.NUM_PARALLEL: StepType.PARALLEL,
    TransitionKind.SWITCH: StepType.SWITCH,
}
OPENING = {StepType.SPLIT, StepType.FOREACH, StepType.PARALLEL}
"""The types of steps that a join must close."""


@dataclass(frozen=True)
class StepNode:
    """A step in the graph. `next` are the names written in `self.next`, whether such steps exist or not."""

    step: Step
    type: StepType
    next: tuple[str, ...]
    transition: Transition | None
    matching_join: str | None = None
    """The join that closes this split."""
    split_parents: tuple[str, ...] = ()
    """The splits that are open here, the outermost first; for a join also the one that it closes."""
    previous: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepGraph:
    """The steps of a flow by name: those that the start leads to in topological order, then the others."""

    nodes: Mapping[str, StepNode]
    start: str | None
    end: str | None


@lru_cache(maxsize=8)
def step_graph(flow: Flow) -> StepGraph:
    """The graph of `flow`; its defects (unknown targets, cycles, missing joins) leave gaps, not errors."""
    start = flow.start.name if flow.start else None
    end = flow.end.name if flow.end else None
    walk = _Walk(flow, {name: _type(step, start, end) for name, step in flow.steps.items()})
    if start is not None:
        walk.visit(start, frozenset(), ())
    reached = _in_order(flow, start) if start is not None else []
    order = [*reached, *sorted(flow.steps.keys() - set(reached))]
    return StepGraph({name: walk.node(name) for name in order}, start, end)


def _in_order(flow: Flow, start: str) -> list[str]:
    """The steps that `start` leads to in topological order, branches in the order written."""
    finished: dict[str, None] = {}
    stack = [(start, iter(reversed(_targets(flow, start))))]
    entered = {start}
    while stack:
        name, targets = stack[-1]
        target = next((t for t in targets if t in flow.steps and t not in entered), None)
        if target is None:
            finished[name] = None
            stack.pop()
        else:
            entered.add(target)
            stack.append((target, iter(reversed(_targets(flow, target)))))
    return list(reversed(finished))


def _targets(flow: Flow, name: str) -> tuple[str, ...]:
    tail = flow.steps[name].function.tail
    return tail.targets if tail is not None else ()


def _type(step: Step, start: str | None, end: str | None) -> StepType:
    found = _type_by_exit(step)
    if step.name == start == end or step.name == end:
        return StepType.END
    if step.name == start and found in (StepType.UNKNOWN, StepType.LINEAR):
        return StepType.START
    return found


def _type_by_exit(step: Step) -> StepType:
    transition = step.function.tail
    if transition is None or transition.kind is TransitionKind.INVALID:
        return StepType.UNKNOWN
    if transition.kind is TransitionKind.LINEAR:
        return StepType.JOIN if len(step.function.signature.positional) > 1 else StepType.LINEAR
    return _SPLITS[transition.kind]


@dataclass
class _Walk:
    """Metaflow's depth-first `_traverse_graph`, which a join leaves with one open split less.

    Metaflow walks every path, 2**n of them through n splits in a row. What a step gets depends on the open
    splits alone, so here each step is walked once for each list of them.
    """

    flow: Flow
    types: Mapping[str, StepType]
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    joins: dict[str, str] = field(default_factory=dict)
    previous: dict[str, set[str]] = field(default_factory=dict)
    walked: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    def visit(self, name: str, seen: frozenset[str], parents: tuple[str, ...]) -> None:
        if (name, parents) in self.walked:
            return
        self.walked.add((name, parents))
        kind = self.types[name]
        if kind is not StepType.JOIN or parents:
            self.parents[name] = parents
        if kind in OPENING:
            parents = (*parents, name)
        elif kind is StepType.JOIN and parents:
            self.joins[parents[-1]] = name
            parents = parents[:-1]
        for target in _targets(self.flow, name):
            if target not in seen and target in self.flow.steps:
                self.previous.setdefault(target, set()).add(name)
                self.visit(target, seen | {target}, parents)

    def node(self, name: str) -> StepNode:
        step = self.flow.steps[name]
        return StepNode(
            step,
            self.types[name],
            _targets(self.flow, name),
            step.function.tail,
            self.joins.get(name),
            self.parents.get(name, ()),
            tuple(sorted(self.previous.get(name, ()))),
        )


def successors(flow: Flow, step: Step) -> tuple[str, ...]:
    """The steps that follow, without the step itself where a switch repeats it."""
    tail = step.function.tail
    if tail is None:
        return ()
    repeats = tail.kind is TransitionKind.SWITCH
    return tuple(t for t in tail.targets if t in flow.steps and not (repeats and t == step.name))


def callers(flow: Flow, target: str) -> list[tuple[Step, Node]]:
    """The steps that lead to `target`, each with the place that names it."""
    return [
        (step, node)
        for step in flow.steps.values()
        if (tail := step.function.tail) is not None
        for name, node in zip(tail.targets, tail.target_nodes, strict=True)
        if name == target
    ]


def reached(flow: Flow) -> set[str]:
    """The names of the steps that the first step leads to."""
    return set(_in_order(flow, flow.start.name)) if flow.start is not None else set()


def closing_transitions(flow: Flow) -> list[tuple[Step, str, Node]]:
    """The transitions that close a cycle, save those to the first step."""
    start = flow.start.name if flow.start is not None else None
    order = [*([start] if start is not None else []), *flow.steps]
    finished: set[str] = set()
    found: list[tuple[Step, str, Node]] = []
    for root in order:
        stack = [(root, iter(successors(flow, flow.steps[root])))] if root not in finished else []
        open_steps = [root] if stack else []
        while stack:
            name, targets = stack[-1]
            target = next((t for t in targets if t not in finished and t != start), None)
            if target is None:
                finished.add(name)
                open_steps.remove(name)
                stack.pop()
            elif target in open_steps:
                found.extend((s, target, n) for s, n in callers(flow, target) if s.name == name)
            else:
                open_steps.append(target)
                stack.append((target, iter(successors(flow, flow.steps[target]))))
    return found


def is_join(flow: Flow, step: Step) -> bool:
    """Whether Metaflow takes the step for a join."""
    return step_graph(flow).nodes[step.name].type is StepType.JOIN
