"""Which foreaches are open where, and which steps belong to which branch of a join."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from mflint.analysis.steps.balance import defects, is_countable, opens_join, splits_and_joins
from mflint.analysis.steps.declared import has_broken_exit, may_end, unclear_endpoints
from mflint.analysis.steps.graph import StepType, closing_transitions, reached, step_graph, successors
from mflint.model import Flow, Step

FOREACHES = (StepType.FOREACH, StepType.PARALLEL)


@lru_cache(maxsize=16)
def unclear_graph(flow: Flow) -> str | None:
    """Why it is not known which data flows where: the source does not tell, or the graph has defects."""
    reason = unclear_endpoints(flow)
    if reason is not None:
        return reason
    steps = [flow.steps[name] for name in reached(flow)]
    broken = any(_is_broken(flow, step) for step in steps)
    if broken or flow.end not in steps or closing_transitions(flow) or defects(flow):
        return "the step graph has defects"
    return None


def _is_broken(flow: Flow, step: Step) -> bool:
    """Whether Metaflow refuses the way that the step splits, joins or leads on."""
    return (
        has_broken_exit(flow, step)
        or not is_countable(step)
        or splits_and_joins(flow, step)
        or opens_join(flow, step)
        or (flow.start is not None and flow.start.name in successors(flow, step))
        or (step.function.tail is not None and may_end(flow, step))
    )


def open_foreaches(flow: Flow, name: str) -> tuple[str, ...]:
    """The splits by foreach or `num_parallel` that are open in the step, the outermost first."""
    nodes = step_graph(flow).nodes
    parents = nodes[name].split_parents
    if nodes[name].type is StepType.JOIN:
        parents = parents[:-1]
    return tuple(parent for parent in parents if nodes[parent].type in FOREACHES)


@dataclass(frozen=True)
class Branch:
    """The steps from one target of a split up to its join; `last` are those that lead into the join."""

    steps: frozenset[str]
    last: tuple[str, ...]


def split_of(flow: Flow, join: str) -> str | None:
    """The split that the join closes."""
    parents = step_graph(flow).nodes[join].split_parents
    return parents[-1] if parents else None


def branches(flow: Flow, join: str) -> tuple[Branch, ...]:
    """The branches of the split that `join` closes, in the order written; a foreach has one."""
    nodes = step_graph(flow).nodes
    split = split_of(flow, join)
    found = []
    for head in dict.fromkeys(nodes[split].next) if split is not None else ():
        steps = _onwards(flow, [head], until=join)
        found.append(Branch(steps, tuple(n for n in nodes[join].previous if n in steps)))
    return tuple(found)


def descendants(flow: Flow, name: str) -> frozenset[str]:
    """The steps that follow `name`, at whatever distance."""
    return _onwards(flow, step_graph(flow).nodes[name].next)


def follows_join(flow: Flow, name: str, split: str) -> bool:
    """Whether the step is a join, or comes after one, inside the foreach `split`: there items may be lost."""
    nodes = step_graph(flow).nodes
    seen: set[str] = set()
    pending = [name]
    while pending:
        step = pending.pop()
        if step != split and step not in seen:
            seen.add(step)
            pending.extend(nodes[step].previous)
    return any(nodes[step].type is StepType.JOIN for step in seen)


def _onwards(flow: Flow, names: Iterable[str], until: str | None = None) -> frozenset[str]:
    nodes = step_graph(flow).nodes
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name != until and name in nodes and name not in found:
            found.add(name)
            pending.extend(nodes[name].next)
    return frozenset(found)
