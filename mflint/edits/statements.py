"""Statements that come and go."""

from __future__ import annotations

import libcst as cst

from mflint.diagnostics import Edit
from mflint.edits.text import NoRoom, Text
from mflint.syntax import docstring


def line_after(text: Text, place: int, lines: str, prefix: str) -> Edit:
    """`lines` below the line that holds `place`, indented by `prefix`."""
    place, content = text.line_end(place), text.laid_out(lines, prefix)
    if place and text.whole[place - 1] not in "\r\n":
        content = text.newline + content.removesuffix(text.newline)
    return Edit(place, place, content)


def removed_statement(text: Text, statement: cst.CSTNode) -> Edit:
    """The edit that takes a statement away."""
    parent = text.parent(statement)
    if isinstance(parent, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
        if len(parent.body) > 1:
            return _removed_from_line(text, parent, statement)
        if isinstance(parent, cst.SimpleStatementSuite):
            return Edit(*text.range(statement), "pass")
        statement, parent = parent, text.parent(parent)
    start, end = text.decorated(statement)
    if isinstance(parent, cst.IndentedBlock) and len(parent.body) == 1:
        return Edit(start, end, "pass")
    return Edit(text.line_start(start), text.line_end(end), "")


def _removed_from_line(
    text: Text, line: cst.SimpleStatementLine | cst.SimpleStatementSuite, statement: cst.CSTNode
) -> Edit:
    index = next(i for i, other in enumerate(line.body) if other is statement)
    start, end = text.range(statement)
    if index + 1 < len(line.body):
        return Edit(start, text.range(line.body[index + 1])[0], "")
    return Edit(text.range(line.body[index - 1])[1], end, "")


def inserted_in_body(text: Text, node: cst.ClassDef | cst.FunctionDef, lines: str) -> tuple[Edit, ...]:
    """The edits that make `lines` the first statements of the body of `node`."""
    body = node.body
    documented = docstring(body) is not None
    if isinstance(body, cst.SimpleStatementSuite):
        return _unfolded(text, node, body, documented, lines)
    first = body.body[0]
    prefix = text.indent_of(first)
    if not documented:
        place = text.line_end(_colon(text, node))
        return (Edit(place, place, text.laid_out(lines, prefix)),)
    if isinstance(first, cst.SimpleStatementLine) and len(first.body) > 1:
        raise NoRoom("the docstring shares its line")
    return (line_after(text, text.range(first)[1], lines, prefix),)


def _unfolded(
    text: Text,
    node: cst.ClassDef | cst.FunctionDef,
    body: cst.SimpleStatementSuite,
    documented: bool,
    lines: str,
) -> tuple[Edit, ...]:
    """The body on lines of its own, with `lines`."""
    if documented and len(body.body) > 1:
        raise NoRoom("the docstring shares its line")
    prefix = text.indent_of(node) + text.unit
    colon, first = _colon(text, node), text.range(body.body[0])[0]
    if documented:
        below = line_after(text, text.range(body.body[0])[1], lines, prefix)
        return Edit(colon, first, text.newline + prefix), below
    return (Edit(colon, first, text.newline + text.laid_out(lines, prefix) + prefix),)


def _colon(text: Text, node: cst.ClassDef | cst.FunctionDef) -> int:
    """Where the header of a class or function ends, behind its colon."""
    space = node.whitespace_before_colon
    return text.range(space)[1] + 1
