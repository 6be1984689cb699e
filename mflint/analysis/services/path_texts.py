"""The beginning of a string as far as the source tells it: of a literal, a constant, an f-string, a sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.steps.bodies import Body
from mflint.model import Assignment, AssignmentKind, Flow, Node
from mflint.syntax import dotted_name, literal

_MAX_DEPTH = 20


@dataclass(frozen=True)
class Text:
    """What a string begins with; `complete` tells that nothing follows."""

    known: str
    complete: bool


def texts(node: Node, body: Body, flow: Flow, depth: int = 0) -> Iterator[Text]:
    """What the expression `node` in `body` may be: one text, or one for each choice of an `… if … else …`."""
    if depth > _MAX_DEPTH:
        return
    value = literal(node)
    if isinstance(value, str):
        yield Text(value, True)
    elif isinstance(node, cst.IfExp):
        yield from texts(node.body, body, flow, depth + 1)
        yield from texts(node.orelse, body, flow, depth + 1)
    elif isinstance(node, cst.FormattedString):
        yield from _joined([_part(part) for part in node.parts], body, flow, depth)
    elif isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        yield from _joined([node.left, node.right], body, flow, depth)
    elif isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
        yield from (_until(text, "%") for text in texts(node.left, body, flow, depth + 1))
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        if node.func.attr.value == "format":
            yield from (_until(text, "{") for text in texts(node.func.value, body, flow, depth + 1))
    elif dotted_name(node):
        for assigned in _assigned(dotted_name(node), body, flow):
            yield from texts(assigned.value, body, flow, depth + 1)


def _part(part: cst.BaseFormattedStringContent) -> Node:
    """The expression in an f-string's braces, or its literal text."""
    return part.expression if isinstance(part, cst.FormattedStringExpression) else part


def _joined(parts: list[Node], body: Body, flow: Flow, depth: int) -> Iterator[Text]:
    """The texts of the first part, each with what is known of the next as long as it is complete."""
    found = [Text("", True)]
    for part in parts:
        if isinstance(part, cst.FormattedStringText):
            nexts = [Text(part.value, True)]
        else:
            nexts = list(texts(part, body, flow, depth + 1)) or [Text("", False)]
        found = [
            Text(text.known + following.known, following.complete) if text.complete else text
            for text in found
            for following in nexts
        ]
    yield from found


def _until(text: Text, mark: str) -> Text:
    return Text(text.known.partition(mark)[0], text.complete and mark not in text.known)


def _assigned(name: str, body: Body, flow: Flow) -> Iterator[Assignment]:
    """The one plain assignment of a local, a module's or a class's name: any more, and nobody knows."""
    found = _assignments(name, body, flow)
    if len(found) == 1 and found[0].kind in (AssignmentKind.PLAIN, AssignmentKind.ANNOTATED):
        yield found[0]


def _assignments(name: str, body: Body, flow: Flow) -> tuple[Assignment, ...]:
    owner, _, attribute = name.partition(".")
    function = body.function
    if not attribute:
        local = function.assignments.get(name) if function is not None else None
        return local or body.file.assignments.get(name, ())
    if owner != flow.name and (function is None or owner != function.signature.first):
        return ()
    if any(write.name == attribute for step in flow.steps.values() for write in step.function.writes):
        return ()
    return next((k.attributes[attribute] for k, _ in flow.lineage if attribute in k.attributes), ())
