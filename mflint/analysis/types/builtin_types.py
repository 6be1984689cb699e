"""Which builtin type an expression certainly has, as the name of the type; None where nothing is certain."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from mflint.model import UNKNOWN
from mflint.syntax import dotted_name, literal

Qualify = Callable[[str], str]
"""From a dotted name to the qualified one, "" where the source does not tell."""

_MAX_DEPTH = 200
_NUMBERS = ("bool", "int", "float")
_RETURNS = {
    "bool": ("all", "any", "bool", "callable", "hasattr", "isinstance", "issubclass"),
    "int": ("hash", "id", "int", "len", "ord"),
    "float": ("float",),
    "str": ("ascii", "bin", "chr", "format", "hex", "oct", "repr", "str"),
    "list": ("dir", "list", "sorted"),
    "dict": ("dict",),
    "tuple": ("tuple",),
    "set": ("set",),
}
_OF_CALL = {f"builtins.{name}": kind for kind, names in _RETURNS.items() for name in names} | {
    "math.ceil": "int",
    "math.floor": "int",
    "json.dumps": "str",
    "time.time": "float",
}
_OF_ATTRIBUTE = {"metaflow.is_production": "bool"}
_DISPLAYS = {
    cst.FormattedString: "str",
    cst.List: "list",
    cst.ListComp: "list",
    cst.Dict: "dict",
    cst.DictComp: "dict",
    cst.Set: "set",
    cst.SetComp: "set",
    cst.Tuple: "tuple",
}
_SAYS_BOOL = (cst.Is, cst.IsNot, cst.In, cst.NotIn)


def type_of(node: cst.CSTNode, qualify: Qualify, depth: int = 0) -> str | None:
    """The type of `node`: `bool`, `int`, `float`, `str`, `list`, …, `NoneType`."""
    if depth > _MAX_DEPTH:
        return None
    if type(node) in _DISPLAYS:
        return _DISPLAYS[type(node)]
    if isinstance(node, cst.UnaryOperation):
        return _unary(node, qualify, depth)
    found = literal(node)
    if found is not UNKNOWN:
        return type(found).__name__
    if isinstance(node, cst.Comparison):
        return _comparison(node, qualify, depth)
    if isinstance(node, cst.BinaryOperation):
        return _arithmetic(node, qualify, depth)
    if isinstance(node, cst.BooleanOperation):
        return _agreed((node.left, node.right), qualify, depth)
    if isinstance(node, cst.IfExp):
        return _agreed((node.body, node.orelse), qualify, depth)
    if isinstance(node, cst.NamedExpr):
        return type_of(node.value, qualify, depth + 1)
    if isinstance(node, cst.Call):
        return _OF_CALL.get(qualify(dotted_name(node.func)))
    return _OF_ATTRIBUTE.get(qualify(dotted_name(node)))


def _agreed(nodes: tuple[cst.CSTNode, ...], qualify: Qualify, depth: int) -> str | None:
    types = {type_of(node, qualify, depth + 1) for node in nodes}
    return types.pop() if len(types) == 1 else None


def _unary(node: cst.UnaryOperation, qualify: Qualify, depth: int) -> str | None:
    if isinstance(node.operator, cst.Not):
        return "bool"
    inner = type_of(node.expression, qualify, depth + 1)
    return {"bool": "int", "int": "int", "float": "float"}.get(inner or "")


def _comparison(node: cst.Comparison, qualify: Qualify, depth: int) -> str | None:
    """Other classes than the builtin ones may give anything for `==` and `<`."""
    if all(isinstance(part.operator, _SAYS_BOOL) for part in node.comparisons):
        return "bool"
    operands = (node.left, *(part.comparator for part in node.comparisons))
    known = all(type_of(operand, qualify, depth + 1) is not None for operand in operands)
    return "bool" if known else None


def _arithmetic(node: cst.BinaryOperation, qualify: Qualify, depth: int) -> str | None:
    left = type_of(node.left, qualify, depth + 1)
    right = type_of(node.right, qualify, depth + 1)
    operator = node.operator
    if left == "str":
        fits = isinstance(operator, cst.Modulo) or (isinstance(operator, cst.Add) and right == "str")
        return "str" if fits else None
    if left not in _NUMBERS or right not in _NUMBERS:
        return None
    if isinstance(operator, cst.Divide):
        return "float"
    if isinstance(operator, (cst.Add, cst.Subtract, cst.Multiply, cst.FloorDivide, cst.Modulo)):
        return "float" if "float" in (left, right) else "int"
    return None
