"""Which artifacts `merge_artifacts` surely refuses since the branches of a join hold different values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mflint.analysis.artifacts.constants import class_attributes
from mflint.analysis.artifacts.sight import unseen_changes
from mflint.analysis.steps.branches import Branch, branches, split_of
from mflint.analysis.steps.graph import StepType, step_graph
from mflint.analysis.steps.reach import mentioned_by
from mflint.analysis.values.artifact_values import exit_values, item_count
from mflint.analysis.values.certainty import exits_early, statement_of
from mflint.analysis.values.evaluation import NOTHING, Kind, Value, met
from mflint.model import Call, Flow, Step
from mflint.names import NameResolver
from mflint.syntax import dotted_name

_OF_METAFLOW = {"index", "input", "name"}
"""What every flow object has, so that it is never merged."""


@dataclass(frozen=True)
class Side:
    """The value that a branch brings into the join from its last steps."""

    value: Value
    last: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """An artifact of which a merge gets different values; one side alone where a foreach splits."""

    call: Call
    name: str
    split: str
    sides: tuple[Side, ...]


def conflicts(flow: Flow, join: Step, names: NameResolver) -> Iterator[Conflict]:
    """The artifacts that the join cannot merge; of a call with computed arguments nothing is known."""
    split = split_of(flow, join.name)
    if split is None or unseen_changes(flow, join, names) or exits_early(join.function):
        return
    paths = branches(flow, join.name)
    settled: set[str] = set()
    for call, order in _merges(join):
        listed = _listed(call)
        if listed is None:
            continue
        exclude, include = listed
        for name in _candidates(flow, paths):
            if name in exclude or (include and name not in include) or name in settled:
                continue
            sides = _sides(flow, name, paths, names) if not _is_set(flow, join, name, order) else ()
            found = _different(flow, split, sides, names)
            if found:
                settled.add(name)
                yield Conflict(call, name, split, found)
        settled.update(include)


def has_computed_merge(join: Step) -> bool:
    """Whether the join merges with an `include` or `exclude` that the source does not tell."""
    return any(_listed(call) is None for call, _ in _merges(join))


def _merges(join: Step) -> Iterator[tuple[Call, int]]:
    """The merges of all inputs that the join makes whatever happens, each with its order."""
    function = join.function
    orders = {read.node: read.order for read in function.reads if read.name == "merge_artifacts"}
    inputs = function.signature.positional[-1]
    for call in function.calls:
        if call.node.func not in orders or statement_of(function, call.node) is None:
            continue
        given = call.argument("inputs", 0)
        if given is not None and dotted_name(given.node) == inputs and inputs not in function.assignments:
            yield call, orders[call.node.func]


def _listed(call: Call) -> tuple[frozenset[str], frozenset[str]] | None:
    """What the call excludes and includes; None where it is computed."""
    found = []
    for keyword, position in (("exclude", 1), ("include", 2)):
        argument = call.argument(keyword, position)
        value = argument.value if argument is not None and argument.value is not None else ()
        if call.unpacks or not isinstance(value, (list, tuple)):
            return None
        if not all(isinstance(name, str) for name in value):
            return None
        found.append(frozenset(value))
    return found[0], found[1]


def _candidates(flow: Flow, paths: Sequence[Branch]) -> list[str]:
    """The artifacts that a branch assigns and that no class attribute or parameter of the flow is."""
    fixed = {*class_attributes(flow), *flow.methods, *_OF_METAFLOW}
    steps = [name for name in step_graph(flow).nodes if any(name in path.steps for path in paths)]
    written = [
        write.name
        for name in steps
        for function, _ in mentioned_by(flow, flow.steps[name])
        for write in function.writes
    ]
    return [n for n in dict.fromkeys(written) if n not in fixed and not n.startswith("__")]


def _is_set(flow: Flow, join: Step, name: str, order: int) -> bool:
    """Whether the join may have the artifact before it merges."""
    return any(
        write.name == name and (function is not join.function or write.nested or write.order < order)
        for function, _ in mentioned_by(flow, join)
        for write in function.writes
    )


def _sides(flow: Flow, name: str, paths: Sequence[Branch], names: NameResolver) -> tuple[Side, ...]:
    values = exit_values(flow, name, names)
    return tuple(Side(met(values.get(last, NOTHING) for last in path.last), path.last) for path in paths)


def _different(
    flow: Flow, split: str, sides: tuple[Side, ...], names: NameResolver
) -> tuple[Side, ...] | None:
    """The sides that differ, two of a static split or the one of a foreach."""
    if step_graph(flow).nodes[split].type is StepType.SPLIT:
        pairs = ((a, b) for i, a in enumerate(sides) for b in sides[i + 1 :])
        return next((pair for pair in pairs if _differ(pair[0].value, pair[1].value)), None)
    if len(sides) == 1 and _varies(flow, split, sides[0].value, names):
        return sides
    return None


def _differ(one: Value, other: Value) -> bool:
    """Whether the two values, of one run, have different pickles."""
    known = {Kind.LITERAL, Kind.UNIQUE}
    return one.kind in known and other.kind in known and one.identity != other.identity


def _varies(flow: Flow, split: str, value: Value, names: NameResolver) -> bool:
    """Whether the tasks of the foreach `split` assign different values, unless it has a single task."""
    if value.kind in (Kind.INPUT, Kind.INDEX):
        return item_count(flow, split, names, value.kind) not in (0, 1)
    return value.kind is Kind.UNIQUE and item_count(flow, split, names, Kind.INDEX) not in (0, 1)
