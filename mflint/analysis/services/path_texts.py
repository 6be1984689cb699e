"""The beginning of a string as far as the source tells it: of a literal, a constant, an f-string, a sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from mflint.analysis.steps.bodies import Body
from mflint.model import Assignment, AssignmentKind, Flow, Node
from mflint.names import NameResolver
from mflint.syntax import dotted_name, literal

_MAX_DEPTH = 20


@dataclass(frozen=True)
class Text:
    """What a string begins with; `complete` tells that nothing follows."""

    known: str
    complete: bool


@dataclass(frozen=True)
class Place:
    """Where an expression stands: in a body that runs for a flow."""

    body: Body
    flow: Flow
    names: NameResolver


def texts(node: Node, place: Place, depth: int = 0) -> Iterator[Text]:
    """What an expression may be: one text, or one for each choice of an `… if … else …`."""
    if depth > _MAX_DEPTH:
        return
    value = literal(node)
    if isinstance(value, str):
        yield Text(value, True)
    elif isinstance(node, cst.IfExp):
        yield from texts(node.body, place, depth + 1)
        yield from texts(node.orelse, place, depth + 1)
    elif isinstance(node, cst.FormattedString):
        yield from _joined(node.parts, place, depth)
    elif isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        yield from _joined([node.left, node.right], place, depth)
    elif isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
        yield from (_until(text, "%") for text in texts(node.left, place, depth + 1))
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        if node.func.attr.value == "format":
            yield from (_until(text, "{") for text in texts(node.func.value, place, depth + 1))
    elif dotted_name(node):
        for assigned, body in _assigned(dotted_name(node), place):
            yield from texts(assigned.value, replace(place, body=body), depth + 1)


def _joined(parts: Sequence[Node], place: Place, depth: int) -> Iterator[Text]:
    """Every text of the first part, with those of the next as long as it is complete."""
    found = [Text("", True)]
    for part in parts:
        nexts = list(_part(part, place, depth)) or [Text("", False)]
        found = [
            Text(text.known + following.known, following.complete) if text.complete else text
            for text in found
            for following in nexts
        ]
    yield from found


def _part(part: Node, place: Place, depth: int) -> Iterator[Text]:
    """A part of a sum, or of an f-string: its literal text, or what stands in its braces."""
    if isinstance(part, cst.FormattedStringText):
        yield Text(part.value, True)
    else:
        inner = part.expression if isinstance(part, cst.FormattedStringExpression) else part
        yield from texts(inner, place, depth + 1)


def _until(text: Text, mark: str) -> Text:
    return Text(text.known.partition(mark)[0], text.complete and mark not in text.known)


def _assigned(name: str, place: Place) -> Iterator[tuple[Assignment, Body]]:
    """The one plain assignment that a name has: a local one, one of a class, or one of a module."""
    function, file = place.body.function, place.body.file
    own = _attributes(name, place) if "." in name else function.assignments.get(name) if function else None
    if own:
        found = [(assigned, place.body) for assigned in own]
    elif function is not None and name.partition(".")[0] not in function.uses:
        found = []
    else:
        constant = place.names.constant(file, name, function.imports if function is not None else ())
        found = [(constant[0], Body(constant[1], None))] if constant is not None else []
    if len(found) == 1 and found[0][0].kind in (AssignmentKind.PLAIN, AssignmentKind.ANNOTATED):
        yield found[0]


def _attributes(name: str, place: Place) -> Sequence[Assignment]:
    """What the flow's classes assign to `self.name`, where no step does."""
    owner, _, attribute = name.partition(".")
    function, flow = place.body.function, place.flow
    if owner != flow.name and (function is None or owner != function.signature.first):
        return ()
    if any(write.name == attribute for step in flow.steps.values() for write in step.function.writes):
        return ()
    return next((k.attributes[attribute] for k, _ in flow.lineage if attribute in k.attributes), ())
