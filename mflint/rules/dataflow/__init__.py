"""MF6: the data flow between steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from mflint.analysis.dataflow.events import DataFlow, Lack, Missing, Spot
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.model.effects import Taken
from mflint.rules.places import in_file_of

if TYPE_CHECKING:
    from mflint.context import Context

Notes = Iterable[tuple[Place, str]]


def analysed(flow: Flow, context: Context) -> tuple[DataFlow, tuple[Silence, ...]]:
    """The data flow, and why it is not known if so."""
    from mflint.analysis.dataflow.analysis import data_flow

    found = data_flow(flow, context.names)
    return found, (Silence(found.silence),) if found.silence is not None else ()


def finding(flow: Flow, spot: Spot, message: str, *, help: str = "", related: Notes = ()) -> Violation:  # noqa: A002
    """A violation at the place; at the class where it stands in a base class of another file."""
    place, notes = in_file_of(flow, Place(spot.file.path, spot.node), related)
    return Violation(place, message, help, step=spot.step, related=notes)


def missing(found: DataFlow, lack: Lack) -> Iterator[Missing]:
    """The reads that fail for that reason: of each artifact in each step the first one."""
    seen: set[tuple[str, str, str | Taken | None]] = set()
    for event in found.events:
        if isinstance(event, Missing) and event.lack is lack:
            key = (event.spot.step, event.name, event.branch)
            if key not in seen:
                seen.add(key)
                yield event


def shown(event: Missing) -> str:
    """The read as the user may write it, such as `self.x` or `inputs.left.x`."""
    if event.branch is None:
        return f"`self.{event.name}`"
    return f"`{event.name}` of {inputs_shown(event)}"


def inputs_shown(event: Missing) -> str:
    """The inputs that are read, in words."""
    if not isinstance(event.branch, Taken):
        return f"the input `{event.branch}`"
    return "each input" if event.branch is Taken.EACH else "an input"


def similar(event: Missing) -> str:
    """A suggestion, where an artifact of nearly the same name is there."""
    close = get_close_matches(event.name, sorted(event.known - {event.name}), 1, 0.75)
    return f"Did you mean `{close[0]}`? " if close else ""


def assignments(flow: Flow, found: DataFlow, name: str, steps: Iterable[str]) -> Notes:
    """The places in those steps that assign the artifact."""
    for step in steps:
        node = found.writes.get(step, {}).get(name)
        if node is not None:
            yield Place(flow.steps[step].file.path, node), f"assigned in step `{step}`"


def path_without(flow: Flow, found: DataFlow, event: Missing) -> list[str]:
    """The steps of a way to the read on which the artifact is not assigned for sure, the first step first."""
    previous = {name: [p for p in found.before[name] if name in _next(flow, p)] for name in found.before}
    path = [event.spot.step]
    while True:
        ways = [p for p in previous[path[0]] if p in found.left and p not in path]
        open_ways = [p for p in ways if event.name not in found.left[p].must] or ways
        if not open_ways:
            return path
        path.insert(0, sorted(open_ways)[0])


def _next(flow: Flow, step: str) -> tuple[str, ...]:
    tail = flow.steps[step].function.tail
    return tail.targets if tail is not None else ()
