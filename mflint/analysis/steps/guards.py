"""Which statements stand where an exception does no harm."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from mflint.model import Function, Node
from mflint.syntax import children, dotted_name

_EVERYTHING = {"Exception", "BaseException"}


def is_caught(node: Node, function: Function, error: str) -> bool:
    """Whether `node` of the function stands in a `try` or `suppress(…)` that catches the builtin `error`."""
    stack: list[tuple[cst.CSTNode, bool]] = [(function.node.body, False)]
    while stack:
        current, caught = stack.pop()
        if current is node:
            return caught
        if isinstance(current, (cst.Try, cst.TryStar)):
            handled = any(_catches(handler.type, error) for handler in current.handlers)
            rest = (child for child in children(current) if child is not current.body)
            stack.append((current.body, caught or handled))
            stack.extend((child, caught) for child in rest)
        elif isinstance(current, cst.With):
            suppressed = any(_suppresses(item.item, error) for item in current.items)
            stack.extend((child, caught or suppressed) for child in children(current))
        else:
            stack.extend((child, caught) for child in children(current))
    return False


def _catches(kind: cst.BaseExpression | None, error: str) -> bool:
    """Whether `except <kind>` catches `error`; what it names from elsewhere may be anything."""
    if kind is None:
        return True
    names = list(_names(kind))
    return not names or any(name in {error, *_EVERYTHING} for name in names)


def _names(kind: cst.BaseExpression) -> Iterator[str]:
    if isinstance(kind, cst.Tuple):
        for element in kind.elements:
            yield from _names(element.value)
    else:
        yield dotted_name(kind).rpartition(".")[2]


def _suppresses(item: cst.BaseExpression, error: str) -> bool:
    if not isinstance(item, cst.Call) or dotted_name(item.func).rpartition(".")[2] != "suppress":
        return False
    return any(_catches(argument.value, error) for argument in item.args)
