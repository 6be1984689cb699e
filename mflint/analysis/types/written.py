"""What the form of an expression tells of its value."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from mflint.analysis.types.classes import DICT, LIST, SET, TUPLE
from mflint.model import UNKNOWN, Node
from mflint.syntax import literal

DISPLAYS: Mapping[type[cst.CSTNode], str] = {
    cst.Dict: DICT,
    cst.DictComp: DICT,
    cst.List: LIST,
    cst.ListComp: LIST,
    cst.Set: SET,
    cst.SetComp: SET,
    cst.Tuple: TUPLE,
}
"""Containers that are written out."""


def is_display(node: Node | None) -> bool:
    """Whether it is written out as plain data, such as `None` or `{"a": []}`, whatever an annotation says."""
    return node is not None and (type(node) in DISPLAYS or literal(node) is not UNKNOWN)


def is_mask(node: cst.CSTNode) -> bool:
    """Whether it is a condition on rows, such as `(a > 1) & (b < 2)` or `~found`."""
    if isinstance(node, cst.BinaryOperation):
        return isinstance(node.operator, (cst.BitAnd, cst.BitOr))
    return isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.BitInvert)
