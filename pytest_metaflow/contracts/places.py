"""Lines of the user's code at which violations are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mflint.analysis.artifacts.fate import REPLACING
from mflint.analysis.steps.reach import run_by
from mflint.model import ArtifactWrite, AssignmentKind, Flow, FlowFile, Node
from mflint.positions import locate
from pytest_metaflow.contracts.violation import Violation


def placed(violation: Violation, flow: Flow, test_mode: str = "") -> Violation:
    """With the line where the artifact is assigned, or that of the test-mode parameter `test_mode`."""
    found = _node(violation, flow, test_mode)
    if found is None:
        return violation
    file, node = found
    span = locate(file.node, [node])[node]
    return replace(violation, file=file.path, line=span.start.line)


def _node(violation: Violation, flow: Flow, test_mode: str) -> tuple[FlowFile, Node] | None:
    if violation.step and violation.artifact:
        writes = list(assignments(flow, violation.step, violation.artifact))
        return (writes[-1][0], writes[-1][1].node) if writes else None
    if violation.step is None and test_mode:
        return _parameter(flow, test_mode)
    return None


def assignments(flow: Flow, step: str, artifact: str) -> Iterator[tuple[FlowFile, ArtifactWrite]]:
    """Where the step, or a method that it calls, gives the artifact a value; the step's own come last."""
    if step not in flow.steps:
        return
    for function, file in reversed(run_by(flow, flow.steps[step])):
        for write in function.writes:
            if write.name == artifact and write.kind in REPLACING - {AssignmentKind.DELETE}:
                yield file, write


def _parameter(flow: Flow, name: str) -> tuple[FlowFile, Node] | None:
    parameter = flow.parameter(name)
    for klass, file in flow.lineage:
        own = (assignment.value for found in klass.attributes.values() for assignment in found)
        if parameter is not None and parameter.call.node in own:
            return file, parameter.call.node
    return None
