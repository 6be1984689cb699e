"""Which splits and joins do not belong together (`check_split_join_balance` in metaflow/lint.py)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from mflint.analysis.steps.declared import has_broken_exit, may_end
from mflint.analysis.steps.graph import (
    OPENING,
    StepGraph,
    StepType,
    closing_transitions,
    is_join,
    reached,
    step_graph,
    successors,
)
from mflint.model import Flow, Step, TransitionKind


class Fault(Enum):
    """What is wrong with a split or a join; of several in one flow the first kind explains the others."""

    NO_INPUTS = "branches meet in a step without `inputs`"
    NEEDLESS_INPUTS = "a step with `inputs` where no branches meet"
    MIXED = "a join of branches of different splits"
    OPEN = "a split that no join closes"
    NO_SPLIT = "a join without a split"
    INCOMPLETE = "a join of some branches of a split"


_ARGUMENTS = {Fault.NO_INPUTS, Fault.NEEDLESS_INPUTS}
_RANKS = (_ARGUMENTS, {Fault.MIXED}, {Fault.OPEN}, {Fault.NO_SPLIT, Fault.INCOMPLETE})


@dataclass(frozen=True)
class Defect:
    """A fault of `step`; `split` is the split that it has to do with."""

    fault: Fault
    step: str
    split: str | None = None


def is_countable(step: Step) -> bool:
    """Whether the step takes `self`, or `self` and `inputs`."""
    signature = step.function.signature
    return 1 <= len(signature.positional) <= 2


def splits_and_joins(flow: Flow, step: Step) -> bool:
    """Whether the step takes `inputs` and leads to several tasks."""
    tail = step.function.tail
    if step is flow.end or tail is None or len(step.function.signature.positional) != 2:
        return False
    return tail.kind not in (TransitionKind.LINEAR, TransitionKind.INVALID)


_PARALLEL = {"metaflow.parallel", "metaflow.pytorch_parallel"}
_NOT_PARALLEL = {
    "metaflow.batch",
    "metaflow.card",
    "metaflow.catch",
    "metaflow.conda",
    "metaflow.environment",
    "metaflow.kubernetes",
    "metaflow.pypi",
    "metaflow.resources",
    "metaflow.retry",
    "metaflow.secrets",
    "metaflow.timeout",
}


def is_parallel(flow: Flow, step: Step) -> bool:
    """Whether the step has `@parallel` or what derives from it."""
    return any(applied.qualified in _PARALLEL for applied in flow.step_decorators[step.name])


def has_unknown_decorators(flow: Flow, step: Step) -> bool:
    """Whether the step has decorators that may make it parallel."""
    names = {applied.qualified for applied in flow.step_decorators[step.name]}
    return bool(names - _PARALLEL - _NOT_PARALLEL)


def lacks_join(flow: Flow, step: Step) -> bool:
    """Whether something else than a join follows the step."""
    if may_end(flow, step):
        return True
    following = [flow.steps[name] for name in successors(flow, step)[:1]]
    return not has_broken_exit(flow, step) and not any(is_join(flow, s) for s in following)


def opens_join(flow: Flow, step: Step) -> bool:
    """Whether the step is a foreach that leads straight into a join."""
    tail = step.function.tail
    kinds = (TransitionKind.FOREACH, TransitionKind.NUM_PARALLEL)
    if step is flow.end or tail is None or tail.kind not in kinds:
        return False
    return any(is_join(flow, flow.steps[name]) for name in successors(flow, step))


def leads_into_joins(flow: Flow, step: Step) -> list[str]:
    """The joins that the switch `step` leads straight into, where nothing else is wrong with them."""
    if flow.start is None or step.name not in reached(flow):
        return []
    wrong = {defect.step for defect in defects(flow)}
    targets = dict.fromkeys(successors(flow, step))
    return [name for name in targets if is_join(flow, flow.steps[name]) and name not in wrong]


@lru_cache(maxsize=8)
def defects(flow: Flow) -> tuple[Defect, ...]:
    """The causes of all that Metaflow finds out of balance, where exits and arguments are right."""
    if flow.start is None or flow.end is None or closing_transitions(flow):
        return ()
    names = reached(flow)
    steps = [flow.steps[name] for name in names]
    if any(has_broken_exit(flow, s) or not is_countable(s) or splits_and_joins(flow, s) for s in steps):
        return ()
    if any(flow.start.name in successors(flow, step) for step in steps):
        return ()
    if any(is_parallel(flow, step) and lacks_join(flow, step) for step in steps):
        return ()
    if any(opens_join(flow, step) for step in steps):
        return ()
    unreached = flow.steps.keys() - names
    if any(is_join(flow, flow.steps[name]) for name in unreached):
        return ()
    walk = _Walk(flow, step_graph(flow))
    explained = {name for root in unreached for name in walk.below(root)}
    found = dict.fromkeys(_caused(walk, defect) for defect in walk.defects() if defect.step not in explained)
    for faults in _RANKS:
        worst = tuple(defect for defect in found if defect.fault in faults)
        if worst:
            return worst
    return ()


def _caused(walk: _Walk, defect: Defect) -> Defect:
    """The defect that explains `defect`."""
    meeting = walk.meeting(defect.split) if defect.split is not None else None
    if meeting is not None:
        return Defect(Fault.NO_INPUTS, meeting, defect.split)
    lonely = len(walk.graph.nodes[defect.step].previous) <= 1
    if defect.fault is Fault.NO_SPLIT and lonely:
        return Defect(Fault.NEEDLESS_INPUTS, defect.step)
    if defect.fault is Fault.INCOMPLETE and lonely and walk.joined_later(defect.step):
        return Defect(Fault.NEEDLESS_INPUTS, defect.step)
    return defect


@dataclass
class _Walk:
    flow: Flow
    graph: StepGraph
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    branches: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def defects(self) -> Iterator[Defect]:
        assert self.graph.start is not None
        self._last_paths(self.graph.start)
        pending: list[tuple[str, tuple[str, ...]]] = [(self.graph.start, ())]
        walked = set(pending)
        while pending:
            name, stack = pending.pop()
            kind = self.graph.nodes[name].type
            if kind is StepType.END:
                yield from (Defect(Fault.OPEN, split, split) for split in stack)
                continue
            if kind is StepType.JOIN:
                yield from self._of_join(name, stack)
                stack = stack[:-1]
            elif kind in OPENING:
                stack = (*stack, name)
            for target in successors(self.flow, self.flow.steps[name]):
                if (target, stack) not in walked:
                    walked.add((target, stack))
                    pending.append((target, stack))

    def _last_paths(self, start: str) -> None:
        """Note the open splits of each step on the last of all paths to it, whose trace Metaflow keeps."""
        pending: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [(start, (), ())]
        while pending:
            name, parents, branches = pending.pop()
            if name in self.parents:
                continue
            kind = self.graph.nodes[name].type
            self.parents[name], self.branches[name] = parents, branches
            if kind is StepType.JOIN:
                self.parents[name] = parents = parents[:-1]
                self.branches[name] = branches = branches[:-1]
            elif kind in OPENING:
                parents = (*parents, name)
            for target in successors(self.flow, self.flow.steps[name]):
                taken = (*branches, target) if kind in OPENING else branches
                pending.append((target, parents, taken))

    def _of_join(self, name: str, stack: tuple[str, ...]) -> Iterator[Defect]:
        if not stack:
            yield Defect(Fault.NO_SPLIT, name)
            return
        previous = self.graph.nodes[name].previous
        roots = self.graph.nodes[stack[-1]].next
        joined = {self.branches[p][-1] if self.branches[p] else "" for p in previous}
        mixed = joined - {*roots, ""} or len({self.parents[p] for p in previous}) > 1
        if mixed and stack[-1] not in previous:
            yield Defect(Fault.MIXED, name, stack[-1])
        elif mixed or len(joined) != len(roots) or joined != set(roots):
            yield Defect(Fault.INCOMPLETE, name, stack[-1])

    def meeting(self, split: str) -> str | None:
        """The first step where branches of `split` meet, where it has no `inputs` and is not the last."""
        below = [self.below(root) for root in dict.fromkeys(self.graph.nodes[split].next)]
        for name, node in self.graph.nodes.items():
            if sum(name in names for names in below) > 1:
                return name if node.type not in (StepType.JOIN, StepType.END) else None
        return None

    def joined_later(self, name: str) -> bool:
        """Whether a join comes after the step."""
        return any(self.graph.nodes[n].type is StepType.JOIN for n in self.below(name) - {name})

    def below(self, root: str) -> set[str]:
        """The step and all that it leads to."""
        names, pending = {root}, [root]
        while pending:
            for target in successors(self.flow, self.flow.steps[pending.pop()]):
                if target not in names:
                    names.add(target)
                    pending.append(target)
        return names
