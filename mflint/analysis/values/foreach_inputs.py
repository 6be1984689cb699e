"""Where `self.input` and `self.index` are None."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.artifacts.constants import class_attributes
from mflint.analysis.artifacts.sight import unseen_changes
from mflint.analysis.steps.branches import open_foreaches
from mflint.analysis.steps.graph import StepType, reached, step_graph
from mflint.analysis.steps.reach import mentioned_by
from mflint.analysis.values.certainty import writes_of
from mflint.model import ArtifactRead, Flow, FlowFile, Function, Node, ReadKind, Step
from mflint.names import NameResolver
from mflint.syntax import below, dotted_name

_NAMES = ("input", "index")


@dataclass(frozen=True)
class EmptyRead:
    """A read that gives None; `lost_in` is the join that lost the foreach's `artifact`, if that is why."""

    read: ArtifactRead
    file: FlowFile
    step: Step
    lost_in: str | None = None
    artifact: str | None = None


def empty_reads(flow: Flow, names: NameResolver) -> Iterator[EmptyRead]:
    """The reads of `self.input` and `self.index` that surely give None, save those that a guard tests."""
    own = {name for name in _NAMES if name in class_attributes(flow) or name in flow.methods}
    asked = [name for name in _NAMES if name not in own]
    callers = _callers(flow)
    seen: set[Function] = set()
    for name in step_graph(flow).nodes:
        step = flow.steps[name]
        for function, file in mentioned_by(flow, step) if name in callers[step.function] else ():
            reads = _reads(function, asked) if function not in seen else []
            outside = not any(open_foreaches(flow, caller) for caller in callers[function])
            if reads and outside and not _guarded(function):
                seen.add(function)
                yield from (EmptyRead(read, file, step) for read in reads)
    if "input" in asked:
        yield from _lost_reads(flow, names)


def _callers(flow: Flow) -> Mapping[Function, set[str]]:
    """The steps that the start leads to, by each function that they run."""
    found: dict[Function, set[str]] = {step.function: set() for step in flow.steps.values()}
    for name in reached(flow):
        for function, _ in mentioned_by(flow, flow.steps[name]):
            found.setdefault(function, set()).add(name)
    return found


def _reads(function: Function, asked: list[str]) -> list[ArtifactRead]:
    return [r for r in function.reads if r.name in asked and r.kind is ReadKind.PLAIN]


def _lost_reads(flow: Flow, names: NameResolver) -> Iterator[EmptyRead]:
    """Reads of `self.input` in steps that have lost the artifact of the foreach that they are in."""
    nodes = step_graph(flow).nodes
    reading = [name for name in nodes if _reads(nodes[name].step.function, ["input"])]
    lost = _losses(flow, names) if reading else {}
    for name in reading:
        node, step = nodes[name], nodes[name].step
        split = next(iter(open_foreaches(flow, name)[::-1]), None)
        artifact = _artifact(flow, split)
        if artifact is None or _guarded(step.function) or unseen_changes(flow, step, names):
            continue
        joins = node.type is StepType.JOIN
        before = {lost.get((previous, split)) for previous in node.previous}
        where = name if joins else next(iter(before)) if len(before) == 1 else None
        for read in _reads(step.function, ["input"]) if where is not None else ():
            if not read.nested and not _may_be_back(flow, step, artifact, read, joins):
                yield EmptyRead(read, step.file, step, where, artifact)


def _losses(flow: Flow, names: NameResolver) -> Mapping[tuple[str, str | None], str | None]:
    """For each step and the innermost foreach that it is in: the join since which its artifact is missing."""
    lost: dict[tuple[str, str | None], str | None] = {}
    for name, node in step_graph(flow).nodes.items():
        for split in open_foreaches(flow, name):
            artifact = _artifact(flow, split)
            before = {lost.get((previous, split)) for previous in node.previous}
            where = next(iter(before)) if len(before) == 1 else None
            if node.type is StepType.JOIN and where is None:
                where = name if not _merges(flow, node.step) else None
            kept = artifact is None or any(writes_of(flow, node.step, artifact))
            lost[name, split] = None if kept or unseen_changes(flow, node.step, names) else where
    return lost


def _artifact(flow: Flow, split: str | None) -> str | None:
    """The artifact that a foreach goes through, where a join may lose it: no parameter or class attribute."""
    transition = step_graph(flow).nodes[split].transition if split is not None else None
    name = transition.foreach if transition is not None else None
    return name if isinstance(name, str) and name not in class_attributes(flow) else None


def _merges(flow: Flow, step: Step) -> bool:
    reads = (read for function, _ in mentioned_by(flow, step) for read in function.reads)
    return any(read.name == "merge_artifacts" for read in reads)


def _may_be_back(flow: Flow, step: Step, artifact: str, read: ArtifactRead, joins: bool) -> bool:
    """Whether the step may have assigned the artifact, or merged it, before it reads `self.input`."""
    functions = mentioned_by(flow, step)
    if any(
        f is not step.function or w.order < read.order
        for f, _ in functions
        for w in f.writes
        if w.name == artifact
    ):
        return True
    merges = [(f, r) for f, _ in functions for r in f.reads if r.name == "merge_artifacts"]
    return joins and any(f is not step.function or r.order < read.order for f, r in merges)


def _guarded(function: Function) -> bool:
    """Whether a test of `self.input`, `self.index` or a name for it, or a `try`, provides for None."""
    wanted = {f"{function.signature.first}.{name}" for name in _NAMES}
    for name, assigned in function.assignments.items():
        if any(dotted_name(a.value) in wanted for a in assigned if a.value is not None):
            wanted.add(name)
    for node in below(function.node.body):
        if any(dotted_name(_unwrapped(tested)) in wanted for tested in _tested(node)):
            return True
        if isinstance(node, cst.Try) and node.handlers and _mentions(node.body, wanted):
            return True
    return False


def _tested(node: Node) -> list[Node]:
    """The expressions whose truth, or whose being None, decides something in `node`."""
    if isinstance(node, (cst.If, cst.IfExp, cst.While, cst.Assert, cst.CompIf)):
        return [node.test]
    if isinstance(node, cst.BooleanOperation):
        return [node.left, node.right]
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        return [node.expression]
    if isinstance(node, cst.Match):
        return [node.subject]
    if isinstance(node, cst.Comparison):
        sides = [node.left, *(part.comparator for part in node.comparisons)]
        return sides if any(dotted_name(side) == "None" for side in sides) else []
    return (
        [a.value for a in node.args]
        if isinstance(node, cst.Call) and dotted_name(node.func) == "bool"
        else []
    )


def _unwrapped(node: Node) -> Node:
    return node.value if isinstance(node, cst.NamedExpr) else node


def _mentions(root: Node, wanted: set[str]) -> bool:
    return any(dotted_name(node) in wanted for node in below(root))
