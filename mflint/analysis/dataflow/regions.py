"""Which steps come before which, and whose decisions stand between them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from mflint.analysis.steps.graph import StepGraph, StepType


class Regions:
    """The steps `names` of a graph without defects, the first step first."""

    def __init__(self, graph: StepGraph, names: list[str]) -> None:
        self._graph = graph
        self._names = names

    @cached_property
    def before(self) -> Mapping[str, frozenset[str]]:
        """For each step those from which it can be reached, without itself."""
        found: dict[str, frozenset[str]] = {}
        for name in self._names:
            previous = {p for p in self._graph.nodes[name].previous if p != name and p in found}
            found[name] = frozenset(previous).union(*(found[p] for p in previous))
        return found

    def deciding(self, name: str) -> frozenset[str]:
        """The steps before `name` after which a switch may still lead past it."""
        if not self._switches & self.before[name]:
            return frozenset()
        sure = {name}
        for step in reversed(self._names):
            if step in self.before[name] and self._leads_on(step, sure):
                sure.add(step)
        return self.before[name] - sure

    def _leads_on(self, step: str, sure: set[str]) -> bool:
        node = self._graph.nodes[step]
        targets = [target for target in node.next if target != step]
        if node.type is StepType.SWITCH:
            return all(target in sure for target in targets)
        return any(target in sure for target in targets)

    @cached_property
    def _switches(self) -> frozenset[str]:
        return frozenset(n for n in self._names if self._graph.nodes[n].type is StepType.SWITCH)

    def branches(self, join: str) -> list[list[str]]:
        """The steps before a join, those of one branch together."""
        node = self._graph.nodes[join]
        previous = [name for name in node.previous if name in self._names]
        split = self._graph.nodes[node.split_parents[-1]] if node.split_parents else None
        if split is None or split.type is not StepType.SPLIT:
            return [previous]
        groups = [[p for p in previous if p == root or root in self.before[p]] for root in split.next]
        return [group for group in groups if group]
