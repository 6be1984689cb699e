"""Which parts of a flow run in production as well, as far as its source shows."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from mflint.model import Flow, Function
from mflint.syntax import below, literal

_TELLING = {"branch_name", "is_production", "is_user_branch", "project_flow_name"}
"""What `@project` adds to `current` that tells production from other runs."""


def knows_production(function: Function) -> bool:
    """Whether the function names something that tells production, of whatever object."""
    for node in below(function.node):
        if isinstance(node, cst.Attribute) and node.attr.value in _TELLING:
            return True
        if isinstance(node, cst.SimpleString) and literal(node) in _TELLING:
            return True
    return False


def used_functions(flow: Flow, *, guarded: bool = True) -> Iterator[tuple[Function, str]]:
    """The steps, and the methods and properties that they come to use, each with a step that it serves.

    Without `guarded` those are left out that only functions that know of production lead to, and these: that
    is why it does not rest on `mentioned_by`, which gives all of them, step by step.
    """
    seen: set[Function] = set()
    for step in flow.steps.values():
        pending = [step.function]
        while pending:
            function = pending.pop()
            if function in seen or (not guarded and knows_production(function)):
                continue
            seen.add(function)
            yield function, step.name
            used = (read.name for read in function.reads)
            pending.extend(flow.methods[name][0] for name in used if name in flow.methods)
