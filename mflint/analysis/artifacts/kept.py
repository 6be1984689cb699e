"""What a step leaves behind as artifacts, with the types of the values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import libcst as cst

from mflint.analysis.artifacts.fate import REPLACING, is_kept
from mflint.analysis.steps.reach import run_by
from mflint.analysis.types.inference import ValueTypes
from mflint.model import ArtifactWrite, AssignmentKind, Flow, Function, Step
from mflint.names import NameResolver


@dataclass(frozen=True, slots=True)
class Kept:
    """An assignment to an artifact whose value is there when the step ends; `type` as in `inference`.

    `declared` tells that the class says so, while the value itself does not show it.
    """

    write: ArtifactWrite
    type: str
    function: Function
    declared: bool


@lru_cache(maxsize=256)
def kept_values(flow: Flow, step: Step, names: NameResolver) -> tuple[Kept, ...]:
    """What the step, or a method it calls in its file, assigns and keeps, where the type is known."""
    own = [function for function, file in run_by(flow, step) if file is step.file]
    return tuple(kept for function in own for kept in _kept(flow, step, function, names))


def _kept(flow: Flow, step: Step, function: Function, names: NameResolver) -> Iterator[Kept]:
    types = ValueTypes(function, step.file, names, step.owner)
    for write in function.writes:
        if write.nested or write.kind is AssignmentKind.DECLARED:
            continue
        found = types.of_assignment(write)
        value = found or _declared(flow, write, types)
        if value is not None and is_kept(write, function, step, flow):
            yield Kept(write, value, function, found is None)


def _declared(flow: Flow, write: ArtifactWrite, types: ValueTypes) -> str | None:
    """The type that the class declares for the artifact, where a call gives it its value.

    A call of a method such as `to_dict` says by itself that its result is another type.
    """
    if write.kind is AssignmentKind.DELETE or write.kind not in REPLACING or write.elements != ():
        return None
    if not isinstance(write.value, cst.Call):
        return None
    function = write.value.func
    if isinstance(function, cst.Attribute) and function.attr.value.startswith("to_"):
        return None
    for declared in flow.definition.attributes.get(write.name, ()):
        if declared.kind is AssignmentKind.DECLARED:
            return types.of_annotation(declared.annotation)
    return None
