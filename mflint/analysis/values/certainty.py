"""What certainly happens to artifacts in a step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import libcst as cst

from mflint.analysis.steps.reach import mentioned_by
from mflint.model import ArtifactWrite, Flow, Function, Node, Step
from mflint.syntax import below, flat_targets


def writes_of(flow: Flow, step: Step, name: str) -> Iterator[ArtifactWrite]:
    """Every write of the artifact in the step and in the methods that it calls."""
    for function, _ in mentioned_by(flow, step):
        yield from (write for write in function.writes if write.name == name)


def last_write(flow: Flow, step: Step, name: str) -> ArtifactWrite | None:
    """The write of the step's own body after which, whenever it has run, no other of the artifact comes."""
    writes = list(writes_of(flow, step, name))
    own = [write for write in step.function.writes if write.name == name]
    if not own or len(own) != len(writes) or any(write.nested for write in own):
        return None
    last = max(own, key=lambda write: write.order)
    return (
        last
        if statement_of(step.function, last.node) is not None and not exits_early(step.function)
        else None
    )


def is_touched(flow: Flow, step: Step, name: str, since: int = 0) -> bool:
    """Whether the step reads the artifact after the order `since`, and so may change it in place."""
    for function, _ in mentioned_by(flow, step):
        order = since if function is step.function else 0
        if any(read.name == name and (read.order > order or read.nested) for read in function.reads):
            return True
    return False


def statement_of(function: Function, node: Node) -> Node:
    """The simple statement directly in the function's body that `node` belongs to, else None."""
    return _statements(function).get(node)


@lru_cache(maxsize=64)
def _statements(function: Function) -> dict[Node, Node]:
    """Targets of assignments, and calls that are statements, with their statements in the body itself."""
    found: dict[Node, Node] = {}
    for line in function.node.body.body:
        smalls = line.body if isinstance(line, cst.SimpleStatementLine) else [line]
        for small in smalls:
            if isinstance(small, cst.Assign):
                for target in small.targets:
                    found.update((node, small) for node in flat_targets(target.target))
            elif isinstance(small, (cst.AnnAssign, cst.AugAssign)):
                found[small.target] = small
            elif isinstance(small, cst.Expr):
                found[small.value] = small
    return found


@lru_cache(maxsize=64)
def exits_early(function: Function) -> bool:
    """Whether a `return` may leave the function before its end."""
    closed = (cst.FunctionDef, cst.ClassDef, cst.BaseExpression)
    return any(isinstance(node, cst.Return) for node in below(function.node.body, closed))
