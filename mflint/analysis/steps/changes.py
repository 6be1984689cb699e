"""Which objects a function changes in place, as far as it names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from mflint.model import Function, Node
from mflint.syntax import children, flat_targets

MUTATING = frozenset(
    {
        "__delitem__", "__setitem__", "add", "append", "appendleft", "clear", "difference_update",
        "discard", "extend", "extendleft", "insert", "intersection_update", "move_to_end", "pop", "popitem",
        "popleft", "remove", "reverse", "rotate", "setdefault", "sort", "subtract",
        "symmetric_difference_update", "update",
    }
)  # fmt: skip
"""The methods of Python's own containers that change them."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something changes in place: `base` is a local name or `self.<name>`, `node` what does it.

    `direct` tells that the object itself changes, not one that it holds; `nested` that this stands in a
    nested function or lambda.
    """

    base: str
    node: Node
    direct: bool
    nested: bool


def changed_names(function: Function) -> frozenset[str]:
    """All that the function changes in place."""
    return frozenset(change.base for change in changes_in_place(function))


def changes_in_place(function: Function) -> Iterator[Change]:
    """Item and attribute assignments and deletions, and calls of mutating methods, in no certain order."""
    self_name = function.signature.first
    stack: list[tuple[cst.CSTNode, bool]] = [(function.node.body, False)]
    while stack:
        node, nested = stack.pop()
        for target in _targets(node):
            found = _base(target, self_name)
            if found is not None and found[1]:
                yield Change(found[0], target, found[1] == 1, nested)
        if (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Attribute)
            and node.func.attr.value in MUTATING
        ):
            found = _base(node.func.value, self_name)
            if found is not None:
                yield Change(found[0], node, found[1] == 0, nested)
        inner = nested or isinstance(node, (cst.FunctionDef, cst.Lambda))
        stack.extend((child, inner) for child in children(node))


def _targets(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, (cst.AnnAssign, cst.AssignTarget, cst.AugAssign, cst.Del, cst.For)):
        yield from flat_targets(node.target)
    elif isinstance(node, cst.AsName):
        yield from flat_targets(node.name)


def _base(node: cst.CSTNode, self_name: str | None) -> tuple[str, int] | None:
    """The name that a chain of attributes and items begins with, and how long the chain is."""
    names: list[str] = []
    while isinstance(node, (cst.Attribute, cst.Subscript)):
        names.append(node.attr.value if isinstance(node, cst.Attribute) else "")
        node = node.value
    if not isinstance(node, cst.Name):
        return None
    if node.value != self_name:
        return node.value, len(names)
    return (f"self.{names[-1]}", len(names) - 1) if names and names[-1] else None
