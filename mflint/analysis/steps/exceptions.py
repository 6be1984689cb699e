"""Which exceptions the code around a place catches."""

from __future__ import annotations

import builtins

import libcst as cst

from mflint.model import Function, Node
from mflint.syntax import children, dotted_name

_CLASS_ENDINGS = ("Error", "Exception", "Exit", "Interrupt", "Warning")


def is_caught(node: Node, function: Function, error: str) -> bool:
    """Whether `node` of the function stands in a `try` or `suppress(…)` that catches the builtin `error`."""
    stack: list[tuple[cst.CSTNode, bool]] = [(function.node.body, False)]
    while stack:
        current, caught = stack.pop()
        if current is node:
            return caught
        if isinstance(current, (cst.Try, cst.TryStar)):
            rest = (child for child in children(current) if child is not current.body)
            stack.append((current.body, caught or attempt_catches(current, error)))
            stack.extend((child, caught) for child in rest)
        else:
            caught = caught or (isinstance(current, cst.With) and with_suppresses(current, error))
            stack.extend((child, caught) for child in children(current))
    return False


def attempt_catches(node: cst.Try | cst.TryStar, error: str) -> bool:
    """Whether one of the handlers gets the builtin `error`."""
    return any(catches(name, error) for handler in node.handlers for name in handled(handler))


def with_suppresses(node: cst.With, error: str) -> bool:
    """Whether a `suppress(…)` of the statement gets the builtin `error`."""
    return any(catches(name, error) for item in node.items for name in suppressed(item.item))


def handled(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> list[str]:
    """The names of what a handler catches, "" for what has none."""
    kind = handler.type
    if kind is None:
        return ["BaseException"]
    elements = [element.value for element in kind.elements] if isinstance(kind, cst.Tuple) else [kind]
    return [dotted_name(element) for element in elements]


def suppressed(item: cst.BaseExpression) -> list[str]:
    """The names of what `suppress(…)` catches; nothing for another context manager."""
    if not isinstance(item, cst.Call) or dotted_name(item.func).rpartition(".")[2] != "suppress":
        return []
    return [dotted_name(argument.value) for argument in item.args]


def catches(name: str, error: str) -> bool:
    """Whether `except <name>` gets the builtin `error`.

    A class from elsewhere does not; a name that is not one of a class may stand for several of them.
    """
    known = getattr(builtins, name.removeprefix("builtins."), None)
    if isinstance(known, type):
        return issubclass(getattr(builtins, error), known)
    return not name.endswith(_CLASS_ENDINGS)
