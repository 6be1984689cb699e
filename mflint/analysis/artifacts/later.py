"""What the steps after a step do with its artifacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mflint.analysis.artifacts.sight import unseen
from mflint.analysis.steps.graph import successors
from mflint.analysis.steps.reach import mentioned_by, run_by
from mflint.model import (
    ArtifactRead,
    ArtifactWrite,
    AssignmentKind,
    Flow,
    FlowFile,
    Function,
    ReadKind,
    Step,
)

IN_PLACE = {AssignmentKind.SUBSCRIPT, AssignmentKind.ATTRIBUTE}
"""The kinds of writes that change what is there instead of giving a new value."""

_READING = {ReadKind.PLAIN, ReadKind.GETATTR}


@dataclass(frozen=True, slots=True)
class LaterRead:
    """A step, or a method that it calls, reads an artifact as an earlier step left it."""

    step: Step
    function: Function
    file: FlowFile
    read: ArtifactRead


def assignments_in(flow: Flow, step: Step, name: str) -> list[ArtifactWrite]:
    """Where the step may give the artifact a new value or delete it."""
    return [
        write
        for function, _ in mentioned_by(flow, step)
        for write in function.writes
        if write.name == name and write.kind not in IN_PLACE and write.kind is not AssignmentKind.DECLARED
    ]


def steps_after(flow: Flow, step: Step) -> Iterator[Step]:
    """The steps that may run after `step`, in no certain order."""
    seen: set[str] = set()
    pending = list(successors(flow, step))
    while pending:
        name = pending.pop(0)
        if name not in seen:
            seen.add(name)
            yield flow.steps[name]
            pending.extend(successors(flow, flow.steps[name]))


def steps_before(flow: Flow, step: Step) -> Iterator[Step]:
    """The steps that may run before `step`."""
    for other in flow.steps.values():
        if other is not step and any(after is step for after in steps_after(flow, other)):
            yield other


def later_reads(flow: Flow, step: Step, name: str) -> Iterator[LaterRead]:
    """Where steps after `step` certainly read what it left in the artifact `name`.

    A step that assigns the artifact itself, tests whether it is there, or hands `self` to other code, is not
    counted, and nothing after it on the way.
    """
    seen: set[str] = set()
    pending = list(successors(flow, step))
    while pending:
        target = flow.steps[pending.pop(0)]
        if target.name in seen:
            continue
        seen.add(target.name)
        if assignments_in(flow, target, name) or unseen(flow, target) is not None:
            continue
        yield from _reads(flow, target, name)
        pending.extend(successors(flow, target))


def _reads(flow: Flow, step: Step, name: str) -> Iterator[LaterRead]:
    found = [
        LaterRead(step, function, file, read)
        for function, file in run_by(flow, step)
        for read in function.reads
        if read.name == name
    ]
    if all(later.read.kind is not ReadKind.TESTED for later in found):
        yield from (r for r in found if r.read.kind in _READING and not r.read.nested)
