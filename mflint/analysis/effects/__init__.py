"""From the body of a function to its effects on the flow's artifacts."""

from __future__ import annotations

from functools import lru_cache

import libcst as cst

from mflint.analysis.effects.statements import StatementReader
from mflint.model import Function
from mflint.model.effects import NOTHING, Effect, Escape


@lru_cache(maxsize=512)
def effects_of(function: Function, inputs: str | None) -> Effect:
    """What the function does to `self`; `inputs` is what a join calls the argument with its inputs.

    A function that is nested too deep, or gives its `self` another meaning, may do anything.
    """
    if any(d.name == "staticmethod" for d in function.decorators):
        return NOTHING
    self_name = function.signature.first
    if self_name in function.assignments:
        return Escape("")
    followed = inputs if inputs not in function.assignments else None
    try:
        return StatementReader(self_name, followed, function).block(function.node.body.body)
    except RecursionError:
        return Escape("")


def attributes_set_in(module: cst.Module, owner: str) -> set[str]:
    """The names in `owner.name = …` among the statements of a module."""
    return {
        target.target.attr.value
        for line in module.body
        if isinstance(line, cst.SimpleStatementLine)
        for small in line.body
        if isinstance(small, cst.Assign)
        for target in small.targets
        if isinstance(target.target, cst.Attribute)
        and isinstance(target.target.value, cst.Name)
        and target.target.value.value == owner
    }
