"""Which expression a target gets, where one statement of a function's body binds it."""

from __future__ import annotations

import libcst as cst

from mflint.analysis.values.certainty import statement_of
from mflint.model import UNKNOWN, AssignmentKind, Function, Literal, Node

PLAIN = {AssignmentKind.PLAIN, AssignmentKind.ANNOTATED, AssignmentKind.UNPACKED}
"""The kinds of assignments that give a target an expression, or an element of it, as it stands."""


def is_shared(statement: Node) -> bool:
    """Whether another name stands for the same object."""
    return isinstance(statement, cst.Assign) and len(statement.targets) > 1


def element(value: Node, elements: tuple[int, ...] | None) -> Node:
    """The expression that an unpacked target gets, None where the source does not show it."""
    for index in elements or ():
        if not isinstance(value, (cst.Tuple, cst.List)) or index >= len(value.elements):
            return None
        if any(isinstance(part, cst.StarredElement) for part in value.elements):
            return None
        value = value.elements[index].value
    return value if elements is not None else None


def is_known(value: Literal) -> bool:
    """Whether no part of a literal is computed."""
    if isinstance(value, (list, tuple)):
        return all(map(is_known, value))
    if isinstance(value, dict):
        return all(map(is_known, value.values()))
    return value is not UNKNOWN


def local_value(function: Function, name: str) -> Node:
    """The expression that the body binds the local `name` to, once and whatever happens; else None."""
    assigned = function.assignments.get(name, ())
    if len(assigned) != 1 or assigned[0].kind not in PLAIN:
        return None
    if statement_of(function, assigned[0].node) is None:
        return None
    return element(assigned[0].value, assigned[0].elements)


def parameter_names(function: Function) -> set[str | None]:
    """The names of all parameters of the function."""
    signature = function.signature
    starred = {signature.var_positional, signature.var_keyword}
    return {*signature.positional_only, *signature.positional, *signature.keyword_only, *starred}
