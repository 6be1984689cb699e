"""Which steps of the flows that ran never ran, over all items of a session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

NAME = "step-coverage"


@dataclass(frozen=True)
class Ran:
    """What one item tells: its node's id, whether it passed, the steps of its flow (None where unknown)."""

    nodeid: str
    passed: bool
    ran: tuple[str, ...] | None
    not_run: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlowCoverage:
    """The steps of a flow, over all of its items."""

    nodeid: str
    """The flow's, without a case."""
    ran: frozenset[str]
    never_ran: tuple[str, ...]

    @property
    def steps(self) -> int:
        """How many it has."""
        return len(self.ran) + len(self.never_ran)


def of_flow(nodeid: str) -> str:
    """The id of the flow, whatever the case: `flows/train.py::TrainFlow` of `…::TrainFlow[small]`."""
    path, colons, name = nodeid.rpartition("::")
    return f"{path}{colons}{name.partition('[')[0]}"


def coverage(items: Iterable[Ran]) -> list[FlowCoverage]:
    """Of each flow of which an item passed; not where an item ended so that its steps are not known."""
    flows: dict[str, list[Ran]] = {}
    for item in items:
        flows.setdefault(of_flow(item.nodeid), []).append(item)
    return [
        _of_items(nodeid, known)
        for nodeid, known in sorted(flows.items())
        if any(item.passed for item in known) and all(item.ran is not None for item in known)
    ]


def _of_items(nodeid: str, items: Iterable[Ran]) -> FlowCoverage:
    items = list(items)
    ran = frozenset(step for item in items for step in item.ran or ())
    steps = dict.fromkeys(step for item in items for step in item.not_run)
    return FlowCoverage(nodeid, ran, tuple(step for step in steps if step not in ran))


def lines(flows: Iterable[FlowCoverage]) -> Iterator[str]:
    """`flows/train.py::TrainFlow: 7/8 steps, "retrain" never ran`"""
    for flow in flows:
        if flow.never_ran:
            names = ", ".join(f'"{step}"' for step in flow.never_ran)
            yield f"{flow.nodeid}: {len(flow.ran)}/{flow.steps} steps, {names} never ran"


def complaints(flows: Iterable[FlowCoverage], levels: Mapping[str, str], demanded: float | None) -> list[str]:
    """Why the session fails: a flow whose level is `error`, or too few steps of all flows together."""
    flows = list(flows)
    found = [
        f"{flow.nodeid}: not all steps ran, and {NAME} is an error"
        for flow in flows
        if flow.never_ran and levels[flow.nodeid] == "error"
    ]
    ran, steps = sum(len(flow.ran) for flow in flows), sum(flow.steps for flow in flows)
    if demanded is not None and steps and ran * 100 < demanded * steps:
        reached = f"{ran * 1000 // steps / 10:g}% ({ran} of {steps} steps)"
        found.append(f"step coverage of {reached} is below metaflow_step_coverage = {demanded:g}")
    return found
