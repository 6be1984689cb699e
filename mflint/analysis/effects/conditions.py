"""The effects of expressions that run under a condition, or for each item of something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from mflint.analysis.effects.guards import NOTHING_KNOWN
from mflint.model.effects import NOTHING, Alternative, Choice, Loop

if TYPE_CHECKING:
    from mflint.analysis.effects.expressions import ExpressionEffects


def simple_comprehension(
    reader: ExpressionEffects, node: cst.ListComp | cst.SetComp | cst.GeneratorExp, stack: object
) -> None:
    """Emit what `[elt for target in iter]` does."""
    _clause(reader, node.for_in, [node.elt])


def mapping(reader: ExpressionEffects, node: cst.DictComp, stack: object) -> None:
    """Emit what `{key: value for target in iter}` does."""
    _clause(reader, node.for_in, [node.key, node.value])


def _clause(reader: ExpressionEffects, clause: cst.CompFor, results: list[cst.BaseExpression]) -> None:
    reader.expression(clause.iter)
    names = dict(reader.sources.elements(clause.target, clause.iter))

    def inner() -> None:
        if clause.inner_for_in is not None:
            _clause(reader, clause.inner_for_in, results)
        else:
            reader.expressions(results)

    def filtered() -> None:
        tests = [condition.test for condition in clause.ifs]
        reader.expressions(tests[:1])
        facts = [reader.guards.of(test)[0] for test in tests]
        for test, known in zip(tests[1:], facts, strict=False):
            reader.choice(known, reader.of(test))
        if tests:
            reader.choice(frozenset().union(*facts), reader.collected(inner))
        else:
            inner()

    body = reader.bound(names, lambda: reader.collected(filtered))
    if body is not NOTHING:
        reader.emit(Loop(body, NOTHING, inputs=reader.sources.iterates_all(clause.iter)))


def boolean(reader: ExpressionEffects, node: cst.BooleanOperation, stack: object) -> None:
    """Emit what `a and b and c` does, or `or`."""
    operands = []
    current: cst.BaseExpression = node
    while isinstance(current, cst.BooleanOperation) and type(current.operator) is type(node.operator):
        operands.append(current.right)
        current = current.left
    reader.expression(current)
    place = 1 if isinstance(node.operator, cst.Or) else 0
    known = reader.guards.of(current)[place]
    for operand in reversed(operands):
        reader.choice(known, reader.of(operand))
        known |= reader.guards.of(operand)[place]


def ternary(reader: ExpressionEffects, node: cst.IfExp, stack: object) -> None:
    """Emit what `body if test else orelse` does."""
    reader.expression(node.test)
    holds, fails = reader.guards.of(node.test)
    body, orelse = reader.of(node.body), reader.of(node.orelse)
    if (body, orelse, holds, fails) != (NOTHING, NOTHING, *NOTHING_KNOWN):
        reader.emit(Choice((Alternative(NOTHING, holds, fails, body),), orelse))
