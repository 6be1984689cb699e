"""The data frames that a step leaves behind as artifacts."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from mflint.artifacts import REPLACING, is_kept
from mflint.inference import FrameTypes
from mflint.model import ArtifactWrite, AssignmentKind, Flow, FlowFile, Function, Step
from mflint.names import External, NameResolver
from mflint.reach import called_methods


def kept_frames(flow: Flow, step: Step, names: NameResolver) -> Iterator[tuple[ArtifactWrite, str]]:
    """What the step, or a method it calls in its file, assigns and keeps: the write and the frame's type."""
    called = (function for function, file in called_methods(flow, step.function) if file is step.file)
    for function in (step.function, *called):
        types = FrameTypes(function, step.file, names, step.owner)
        for write in function.writes:
            if not write.nested and write.kind is not AssignmentKind.DECLARED:
                frame = types.of_assignment(write) or _declared(flow, write, types)
                if frame is not None and is_kept(write, function, step, flow):
                    yield write, frame


def leaves_sight(flow: Flow, step: Step, names: NameResolver) -> bool:
    """Whether the step hands `self` to code, other than Metaflow's, that may delete artifacts unseen."""
    functions = [(step.function, step.file), *called_methods(flow, step.function)]
    return any(_foreign_escapes(function, file, names) for function, file in functions)


def _foreign_escapes(function: Function, file: FlowFile, names: NameResolver) -> bool:
    escapes = set(function.escapes)
    for call in function.calls if escapes else ():
        meaning = names.resolve(file, call.name, function.imports)
        if isinstance(meaning, External) and meaning.qualified.startswith("metaflow."):
            escapes.difference_update(argument.node for argument in call.arguments)
    return bool(escapes)


def _declared(flow: Flow, write: ArtifactWrite, types: FrameTypes) -> str | None:
    """The frame type that the class declares for the artifact, where a call gives it its value.

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
