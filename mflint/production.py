"""Which parts of a flow run in production as well, as far as its source shows."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from mflint.model import Flow, Function
from mflint.syntax import children, literal

_TELLING = {"branch_name", "is_production", "is_user_branch", "project_flow_name"}
"""What `@project` adds to `current` that tells production from other runs."""


def knows_production(function: Function) -> bool:
    """Whether the function names something that tells production, of whatever object."""
    pending: list[cst.CSTNode] = [function.node]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Attribute) and node.attr.value in _TELLING:
            return True
        if isinstance(node, cst.SimpleString) and literal(node) in _TELLING:
            return True
        pending.extend(children(node))
    return False


def used_functions(flow: Flow) -> Iterator[tuple[Function, str]]:
    """The steps, and the methods and properties that they come to use, each with a step that it serves."""
    seen: set[Function] = set()
    for name in flow.steps:
        for function in _used(flow, name, keep_out=False):
            if function not in seen:
                seen.add(function)
                yield function, name


def unguarded_functions(flow: Flow) -> Iterator[tuple[Function, str]]:
    """Those of `used_functions` to which no function that knows of production leads."""
    seen: set[Function] = set()
    for name in flow.steps:
        for function in _used(flow, name, keep_out=True):
            if function not in seen:
                seen.add(function)
                yield function, name


def _used(flow: Flow, step: str, *, keep_out: bool) -> Iterator[Function]:
    pending, seen = [flow.steps[step].function], set[Function]()
    while pending:
        function = pending.pop()
        if function in seen or (keep_out and knows_production(function)):
            continue
        seen.add(function)
        yield function
        pending.extend(flow.methods[read.name][0] for read in function.reads if read.name in flow.methods)
