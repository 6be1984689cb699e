"""Which type an annotation names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from mflint.analysis.types.classes import TYPES, is_class
from mflint.analysis.types.libraries import ALIASES, FRAME_TYPES
from mflint.model import Node
from mflint.syntax import dotted_name, literal

_TUPLES = {"builtins.tuple", "typing.Tuple"}
_OPTIONALS = {"typing.Optional", "typing.Annotated", "typing.Final"}


def named_type(
    annotation: Node, elements: Sequence[int], qualified: Callable[[str], str | None]
) -> str | None:
    """The type that an annotation names, in the tuple element that `elements` leads to.

    `qualified` tells what a dotted name stands for where it comes from outside the project.
    """
    parsed = _unquoted(annotation)
    if isinstance(parsed, cst.Subscript):
        outer = qualified(dotted_name(parsed.value))
        inner = [e.slice.value for e in parsed.slice if isinstance(e.slice, cst.Index)]
        if outer in _TUPLES and elements and elements[0] < len(inner):
            return named_type(inner[elements[0]], elements[1:], qualified)
        if outer in _OPTIONALS and inner:
            return named_type(inner[0], elements, qualified)
        return "numpy.ndarray" if outer == "numpy.typing.NDArray" and not elements else None
    if isinstance(parsed, cst.BinaryOperation) and isinstance(parsed.operator, cst.BitOr):
        sides = [side for side in (parsed.left, parsed.right) if dotted_name(side) != "None"]
        return named_type(sides[0], elements, qualified) if len(sides) == 1 else None
    return None if elements else _known(qualified(dotted_name(parsed)))


def _known(name: str | None) -> str | None:
    name = ALIASES.get(name or "", name)
    if name == "numpy.typing.NDArray":
        return "numpy.ndarray"
    known = name is not None and (name in FRAME_TYPES or name in TYPES or is_class(name))
    return name if known else None


def _unquoted(annotation: Node) -> Node:
    text = literal(annotation)
    if isinstance(text, str):
        try:
            return cst.parse_expression(text.strip())
        except cst.ParserSyntaxError:
            return annotation
    return annotation
