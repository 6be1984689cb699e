"""From step to step: what each one finds, and what it leaves to the next."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from mflint.analysis.dataflow.events import DataFlow, Presence
from mflint.analysis.dataflow.footprint import Footprint, survey
from mflint.analysis.dataflow.ground import Ground
from mflint.analysis.dataflow.joins import Joined
from mflint.analysis.dataflow.regions import Regions
from mflint.analysis.dataflow.state import Left, together
from mflint.analysis.dataflow.task import effects_of_step, run_task
from mflint.analysis.dataflow.verdicts import Verdicts, Whole
from mflint.analysis.decorators.catch import caught_artifacts
from mflint.analysis.steps.branches import unclear_graph
from mflint.analysis.steps.declared import is_judged
from mflint.analysis.steps.graph import StepType, reached, step_graph
from mflint.model import UNKNOWN, Flow
from mflint.names import NameResolver


@lru_cache(maxsize=16)
def data_flow(flow: Flow, names: NameResolver) -> DataFlow:
    """The data flow of `flow`; empty where nobody means to run it."""
    if not is_judged(flow) or not flow.concrete:
        return DataFlow()
    ground = Ground(flow, names)
    reason = ground.unclear() or unclear_graph(flow)
    if reason is not None:
        return DataFlow(silence=reason)
    try:
        return _Analysis(ground).result()
    except RecursionError:
        return DataFlow(silence="the code is nested too deep")


def presence_at_end(flow: Flow, names: NameResolver, step: str, name: str) -> Presence:
    """Whether the artifact is there when the step calls `self.next`."""
    found = data_flow(flow, names)
    left = found.left.get(step)
    if left is None or found.silence is not None:
        return Presence.UNKNOWN
    if name in found.defined or name in left.must:
        return Presence.ALWAYS
    if left.opened:
        return Presence.UNKNOWN
    return Presence.SOMETIMES if name in left.may else Presence.NEVER


class _Analysis:
    """The flow, step by step in the order of the graph."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._flow = ground.flow
        self._graph = step_graph(ground.flow)
        names = reached(ground.flow)
        self._names = [name for name in self._graph.nodes if name in names]
        self._regions = Regions(self._graph, self._names)
        done, tested = ground.everything()
        caught = {
            name for step in self._names for name in caught_artifacts(self._flow, self._flow.steps[step])
        }
        done |= Footprint(frozenset(n for n in caught if isinstance(n, str)), opens=UNKNOWN in caught)
        self._whole = Whole(done, frozenset(tested))
        self._verdicts: list[Verdicts] = []
        self._left: dict[tuple[str, frozenset[str]], Left | None] = {}

    def result(self) -> DataFlow:
        for name in self._names:
            deciding = self._regions.deciding(name)
            self._leave(name, frozenset(), judged=not deciding)
            if deciding:
                self._leave(name, deciding, judged=True)
        fine = {node for verdicts in self._verdicts for node in verdicts.fine}
        events = [
            event
            for verdicts in self._verdicts
            for event in verdicts.events.values()
            if event.spot.node not in verdicts.tentative or event.spot.node not in fine
        ]
        left = {name: self._left[name, frozenset()] for name in self._names}
        return DataFlow(
            tuple(events),
            {name: found for name, found in left.items() if found is not None},
            None,
            frozenset(self._ground.defined),
            {name: survey(effects_of_step(self._flow.steps[name])).writes for name in self._names},
            {name: self._regions.before[name] for name in self._names},
        )

    def _leave(self, name: str, deciding: frozenset[str], *, judged: bool) -> None:
        """Note what the step leaves where the steps `deciding` are taken to have decided for it."""
        entry, joined = self._entry(name, deciding)
        self._left[name, deciding] = None
        if entry is not None:
            verdicts = Verdicts(self._ground, self._whole, entry)
            self._left[name, deciding] = run_task(self._flow.steps[name], entry, joined, verdicts)
            if judged:
                self._verdicts.append(verdicts)

    def _before(self, name: str, deciding: frozenset[str]) -> Left | None:
        """What the step left, seen from a step that some decisions lead to."""
        if name in deciding:
            left = self._left[name, frozenset()]
            return replace(left, must=left.may) if left is not None else None
        above = deciding & self._regions.before[name]
        if (name, above) not in self._left:
            self._leave(name, above, judged=False)
        return self._left[name, above]

    def _entry(self, name: str, deciding: frozenset[str]) -> tuple[Left | None, Joined | None]:
        """What the step finds, None where no run gets there."""
        node = self._graph.nodes[name]
        if name == self._graph.start:
            return Left(), None
        before = {p: self._before(p, deciding) for p in node.previous if p in self._regions.before[name]}
        there = {step: left for step, left in before.items() if left is not None}
        if node.type is not StepType.JOIN:
            return (together(there.values()) if there else None), None
        groups = [[there[p] for p in group if p in there] for group in self._regions.branches(name)]
        if not groups or not all(groups):
            return None, None
        joined = Joined(tuple(map(together, groups)), there)
        return joined.entry(name), joined
