"""Small questions to libcst nodes: what is its dotted name, its literal value, what stands below it."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterator, Mapping
from functools import cache

import libcst as cst

from mflint.model import UNKNOWN, Argument, Call, Literal

_LAYOUT_FIELDS = {
    "async_header",
    "asynchronous",
    "colon",
    "comma",
    "conversion",
    "dot",
    "equal",
    "first_colon",
    "footer",
    "header",
    "indent",
    "lbrace",
    "lbracket",
    "leading_lines",
    "lines_after_decorators",
    "lpar",
    "operator",
    "posonly_ind",
    "rbrace",
    "rbracket",
    "rpar",
    "second_colon",
    "semicolon",
    "separator",
    "star",
    "trailing_comma",
    "trailing_whitespace",
}
_NAME_FIELDS = {
    cst.Attribute: {"attr"},
    cst.Arg: {"keyword"},
    cst.Param: {"name"},
    cst.MatchKeywordElement: {"key"},
}


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    left_out = _LAYOUT_FIELDS | _NAME_FIELDS.get(kind, set())
    names = (field.name for field in dataclasses.fields(kind))
    return tuple(n for n in names if n not in left_out and not n.startswith("whitespace"))


@cache
def _is_node(kind: type[object]) -> bool:
    """Whether objects of `kind` are nodes; libcst's classes are abstract ones, whose own answer is slow."""
    return cst.CSTNode in kind.__mro__


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes directly below `node` that mean something, in source order: no whitespace, no punctuation.

    Names that are no use of a variable are left out: an attribute's name, a keyword argument's.
    """
    for name in _fields(type(node)):
        value = getattr(node, name)
        if _is_node(value.__class__):
            yield value
        elif isinstance(value, (tuple, list)):
            for element in value:
                if _is_node(element.__class__):
                    yield element


def below(root: cst.CSTNode, closed: tuple[type[cst.CSTNode], ...] = ()) -> Iterator[cst.CSTNode]:
    """`root` and every node below it that means something, in source order.

    Nodes of the kinds `closed` come too, but nothing that is below them.
    """
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, closed):
            stack.extend(reversed(list(children(node))))


def flat_targets(target: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The targets in a tuple or list that is assigned to, in nested ones too; any other target itself."""
    if isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from flat_targets(element.value)
    else:
        yield target


def names_in(node: cst.CSTNode) -> Iterator[cst.Name]:
    """Every name below `node` that reads or binds a variable, whatever its scope."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, cst.Name):
            yield current
        else:
            stack.extend(children(current))


def dotted_name(node: cst.CSTNode | None) -> str:
    """`a.b.c` for names and attributes of names, "" for any other expression."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    return ".".join([node.value, *reversed(parts)])


def dotted_uses(root: cst.CSTNode) -> Mapping[cst.CSTNode, str]:
    """For each name below `root` that has attributes, the whole dotted name that begins there."""
    found: dict[cst.CSTNode, str] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        dotted = dotted_name(node) if isinstance(node, cst.Attribute) else ""
        if dotted:
            while isinstance(node, cst.Attribute):
                node = node.value
            found[node] = dotted
        else:
            stack.extend(children(node))
    return found


_EVALUATED = (cst.SimpleString, cst.ConcatenatedString, cst.Integer, cst.Float, cst.Imaginary)


def _evaluated(node: cst.CSTNode) -> object:
    """The value of a string or a number; None for an f-string, and for what Python refuses to evaluate."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return node.evaluated_value  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, MemoryError):
        return None


_CONSTANTS = {"True": True, "False": False, "None": None}


def literal(node: cst.CSTNode) -> Literal:
    """The value of a literal; UNKNOWN for an expression, and for each computed part of a container."""
    if isinstance(node, _EVALUATED):
        value = _evaluated(node)
        return UNKNOWN if value is None else value
    if isinstance(node, cst.Name):
        return _CONSTANTS.get(node.value, UNKNOWN)
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        value = literal(node.expression)
        return -value if isinstance(value, (int, float)) else UNKNOWN
    if isinstance(node, (cst.List, cst.Tuple)):
        return _sequence(node)
    if isinstance(node, cst.Dict):
        return _mapping(node)
    return UNKNOWN


def _sequence(node: cst.List | cst.Tuple) -> Literal:
    if any(isinstance(element, cst.StarredElement) for element in node.elements):
        return UNKNOWN
    values = [literal(element.value) for element in node.elements]
    return values if isinstance(node, cst.List) else tuple(values)


def _mapping(node: cst.Dict) -> Literal:
    values = {}
    for element in node.elements:
        if not isinstance(element, cst.DictElement):
            return UNKNOWN
        key = literal(element.key)
        if not isinstance(key, (str, int, float, bool, type(None))):
            return UNKNOWN
        values[key] = literal(element.value)
    return values


def read_call(node: cst.Call) -> Call:
    """A call with its arguments; its name is empty where something else than a dotted name is called."""
    arguments = tuple(
        Argument(a.value, a.keyword.value if a.keyword else None, literal(a.value), a.star) for a in node.args
    )
    return Call(node, dotted_name(node.func), arguments)


def docstring(body: cst.BaseSuite | cst.Module) -> str | None:
    """The docstring as Python sees it: a plain string, or several adjacent ones, as the first statement."""
    first = next(iter(body.body), None)
    if isinstance(body, cst.SimpleStatementSuite):
        expression: cst.CSTNode | None = first
    elif isinstance(first, cst.SimpleStatementLine):
        expression = first.body[0]
    else:
        return None
    if not isinstance(expression, cst.Expr):
        return None
    if not isinstance(expression.value, (cst.SimpleString, cst.ConcatenatedString)):
        return None
    value = _evaluated(expression.value)
    return value if isinstance(value, str) else None


def strings_in(node: cst.CSTNode) -> Iterator[str]:
    """Every plain string below `node`."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, (cst.SimpleString, cst.ConcatenatedString)):
            value = _evaluated(current)
            if isinstance(value, str):
                yield value
        else:
            stack.extend(children(current))


def own_definitions(root: cst.FunctionDef | cst.ClassDef) -> Iterator[cst.FunctionDef | cst.ClassDef]:
    """The functions and classes defined in the body of `root`, those inside them aside."""
    stack: list[cst.CSTNode] = [root.body]
    while stack:
        node = stack.pop()
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            yield node
        elif not isinstance(node, (cst.BaseExpression, cst.BaseSmallStatement)):
            stack.extend(children(node))


def yields(root: cst.CSTNode) -> bool:
    """Whether a function with the body `root` is a generator; nested functions and classes do not count."""
    stack = [root]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is cst.Yield:
            return True
        if kind not in (cst.FunctionDef, cst.ClassDef, cst.Lambda):
            stack.extend(children(node))
    return False
