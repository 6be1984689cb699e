"""What a join reads of its inputs by number, and whether the branches differ in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.steps.branches import branches
from mflint.analysis.steps.reach import mentioned_by
from mflint.analysis.values.artifact_values import exit_values
from mflint.analysis.values.evaluation import NOTHING, Kind, met
from mflint.model import Flow, Node, Step
from mflint.names import NameResolver
from mflint.syntax import children, dotted_name, literal


@dataclass(frozen=True)
class NumberedInput:
    """`inputs[0]`, and the artifact read of it; None where the whole input is used."""

    node: Node
    text: str
    artifact: str | None


@dataclass(frozen=True)
class BranchWrite:
    """Where a step of a branch assigns the artifact `name`."""

    name: str
    step: Step
    node: Node


def numbered_inputs(join: Step) -> list[NumberedInput]:
    """The places where the join takes one of its inputs by a literal number, in source order."""
    positional = join.function.signature.positional
    if len(positional) != 2 or positional[-1] in join.function.assignments:
        return []
    return list(_numbered(join.function.node.body, positional[-1]))


def _numbered(root: cst.CSTNode, inputs: str) -> Iterator[NumberedInput]:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Attribute):
            found = _number(node.value, inputs)
            if found is not None:
                yield NumberedInput(node.value, f"{inputs}[{found}]", node.attr.value)
                continue
        found = _number(node, inputs)
        if found is not None:
            yield NumberedInput(node, f"{inputs}[{found}]", None)
            continue
        stack.extend(reversed(list(children(node))))


def _number(node: cst.CSTNode, inputs: str) -> int | None:
    if not isinstance(node, cst.Subscript) or dotted_name(node.value) != inputs or len(node.slice) != 1:
        return None
    index = node.slice[0].slice
    value = literal(index.value) if isinstance(index, cst.Index) else None
    return value if type(value) is int else None


def differing_artifact(
    flow: Flow, join: Step, artifact: str | None, names: NameResolver
) -> BranchWrite | None:
    """A write that makes the branches differ in `artifact`, or in any where it is None."""
    paths = branches(flow, join.name)
    for path in paths:
        for name in sorted(path.steps):
            step = flow.steps[name]
            for function, file in mentioned_by(flow, step):
                for write in function.writes:
                    wanted = artifact in (None, write.name)
                    if wanted and file is step.file and not _same(flow, join, write.name, names):
                        return BranchWrite(write.name, step, write.node)
    return None


def _same(flow: Flow, join: Step, name: str, names: NameResolver) -> bool:
    """Whether all branches surely end with the same value."""
    values = exit_values(flow, name, names)
    lasts = [last for path in branches(flow, join.name) for last in path.last]
    return met(values.get(last, NOTHING) for last in lasts).kind is not Kind.UNKNOWN
