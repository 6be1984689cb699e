"""What an expression gives where some of its parts are known, in three values: True, False and not known."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from mflint.model import UNKNOWN, Literal
from mflint.syntax import dotted_name, literal

Known = Callable[[cst.CSTNode], Literal]
"""The value that is taken for granted of an expression, UNKNOWN for those that must be worked out."""

_MAX_DEPTH = 50
_SAME = (cst.Is, cst.Equal)
_OTHER = (cst.IsNot, cst.NotEqual)


def evaluate(node: cst.CSTNode, known: Known, depth: int = 0) -> Literal:
    """The value of `node`, UNKNOWN where it depends on anything that is not known.

    A false value that only counts as a condition may stand for another one.
    """
    found = known(node)
    if found is not UNKNOWN or depth > _MAX_DEPTH:
        return found
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        inner = evaluate(node.expression, known, depth + 1)
        return UNKNOWN if inner is UNKNOWN else not inner
    if isinstance(node, cst.BooleanOperation):
        return _boolean(node, known, depth)
    if isinstance(node, cst.Comparison):
        return _comparison(node, known, depth)
    if isinstance(node, cst.IfExp):
        return _conditional(node, known, depth)
    if isinstance(node, cst.NamedExpr):
        return evaluate(node.value, known, depth + 1)
    if isinstance(node, cst.Call) and dotted_name(node.func) == "bool" and len(node.args) == 1:
        inner = evaluate(node.args[0].value, known, depth + 1)
        return UNKNOWN if inner is UNKNOWN else bool(inner)
    return literal(node)


def _boolean(node: cst.BooleanOperation, known: Known, depth: int) -> Literal:
    left = evaluate(node.left, known, depth + 1)
    right = evaluate(node.right, known, depth + 1)
    decisive = isinstance(node.operator, cst.Or)
    if left is not UNKNOWN:
        return left if bool(left) is decisive else right
    return right if right is not UNKNOWN and bool(right) is decisive else UNKNOWN


def _comparison(node: cst.Comparison, known: Known, depth: int) -> Literal:
    if len(node.comparisons) != 1:
        return UNKNOWN
    operator = node.comparisons[0].operator
    left = evaluate(node.left, known, depth + 1)
    right = evaluate(node.comparisons[0].comparator, known, depth + 1)
    if not isinstance(left, bool) or not isinstance(right, bool):
        return UNKNOWN
    if isinstance(operator, _SAME):
        return left is right
    return left is not right if isinstance(operator, _OTHER) else UNKNOWN


def _conditional(node: cst.IfExp, known: Known, depth: int) -> Literal:
    test = evaluate(node.test, known, depth + 1)
    arms = [evaluate(arm, known, depth + 1) for arm in (node.body, node.orelse)]
    if test is not UNKNOWN:
        return arms[0] if test else arms[1]
    return arms[0] if arms[0] is arms[1] else UNKNOWN
