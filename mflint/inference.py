"""Which expressions are data frames, as far as one function and the signatures of the project's helpers show.

The answer is a type of `libraries.FRAME_TYPES`, or None where nothing is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from mflint.libraries import ALIASES, FRAME_TYPES, RETURNS, UNLESS, returned_by_method
from mflint.model import Assignment, AssignmentKind, Class, FlowFile, Function, Node
from mflint.names import Defined, External, NameResolver
from mflint.syntax import dotted_name, literal, read_call

_MAX_DEPTH = 20
_TRANSPARENT = {AssignmentKind.PLAIN, AssignmentKind.ANNOTATED, AssignmentKind.WALRUS, AssignmentKind.UNPACKED}
_TUPLES = {"builtins.tuple", "typing.Tuple"}
_OPTIONALS = {"typing.Optional", "typing.Annotated", "typing.Final"}


@dataclass(frozen=True)
class FrameTypes:
    """Answers for the expressions of one function that stands in `file`; `owner` is its class, if any."""

    function: Function
    file: FlowFile
    names: NameResolver
    owner: Class | None = None

    def of_assignment(self, assignment: Assignment, depth: int = 0) -> str | None:
        """The frame type that the assignment gives to its target."""
        if assignment.annotation is not None:
            declared = self.of_annotation(assignment.annotation)
            if declared is not None:
                return declared
        if assignment.kind not in _TRANSPARENT or assignment.value is None or assignment.elements is None:
            return None
        place = (assignment.order, assignment.block)
        return self._element(assignment.value, assignment.elements, place, depth)

    def of_annotation(self, annotation: Node, elements: Sequence[int] = ()) -> str | None:
        """The frame type that an annotation names, in the tuple element that `elements` leads to."""
        parsed = _unquoted(annotation)
        if isinstance(parsed, cst.Subscript):
            outer = self._qualified(dotted_name(parsed.value))
            inner = [e.slice.value for e in parsed.slice if isinstance(e.slice, cst.Index)]
            if outer in _TUPLES and elements and elements[0] < len(inner):
                return self.of_annotation(inner[elements[0]], elements[1:])
            if outer in _OPTIONALS and inner:
                return self.of_annotation(inner[0], elements)
            return None
        if isinstance(parsed, cst.BinaryOperation) and isinstance(parsed.operator, cst.BitOr):
            sides = [side for side in (parsed.left, parsed.right) if dotted_name(side) != "None"]
            return self.of_annotation(sides[0], elements) if len(sides) == 1 else None
        return None if elements else _frame(self._qualified(dotted_name(parsed)))

    def of_expression(self, node: Node, place: tuple[int, tuple[int, ...]], depth: int = 0) -> str | None:
        """The frame type of an expression evaluated at `place`, an order and a block of the function."""
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, cst.Name):
            return self._bound(self.function.assignments.get(node.value, ()), place, depth)
        if isinstance(node, cst.Attribute):
            return self._attribute(node, place, depth)
        if isinstance(node, cst.Call):
            return self._call(node, place, depth)
        if isinstance(node, cst.Subscript):
            return self._subscript(node, place, depth)
        if isinstance(node, cst.IfExp):
            arms = {self.of_expression(arm, place, depth + 1) for arm in (node.body, node.orelse)}
            return arms.pop() if len(arms) == 1 else None
        if isinstance(node, cst.NamedExpr):
            return self.of_expression(node.value, place, depth + 1)
        return None

    def _element(
        self, value: Node, elements: tuple[int, ...], place: tuple[int, tuple[int, ...]], depth: int
    ) -> str | None:
        if not elements:
            return self.of_expression(value, place, depth + 1)
        if isinstance(value, (cst.Tuple, cst.List)):
            parts = value.elements
            if any(isinstance(part, cst.StarredElement) for part in parts) or elements[0] >= len(parts):
                return None
            return self._element(parts[elements[0]].value, elements[1:], place, depth)
        if isinstance(value, cst.Call):
            return self._returned(value, elements, depth)
        return None

    def _bound(
        self, assignments: Sequence[Assignment], place: tuple[int, tuple[int, ...]], depth: int
    ) -> str | None:
        """The type of a name at `place`: of the last assignment that is always made before, unless others may follow."""
        before = [a for a in assignments if a.order < place[0] and a.kind is not AssignmentKind.DECLARED]
        reaching: list[Assignment] = []
        for assignment in reversed(before):
            reaching.append(assignment)
            if assignment.always_before(*place):
                types = {self.of_assignment(a, depth + 1) for a in reaching}
                return types.pop() if len(types) == 1 else None
        return None

    def _attribute(self, node: cst.Attribute, place: tuple[int, tuple[int, ...]], depth: int) -> str | None:
        if self._is_self(node.value):
            written = [w for w in self.function.writes if w.name == node.attr.value and not w.nested]
            changes = {AssignmentKind.SUBSCRIPT, AssignmentKind.ATTRIBUTE}
            return self._bound([w for w in written if w.kind not in changes], place, depth)
        frame = self.of_expression(node.value, place, depth + 1)
        return frame if frame is not None and node.attr.value == "T" else None

    def _subscript(self, node: cst.Subscript, place: tuple[int, tuple[int, ...]], depth: int) -> str | None:
        """A list or a slice of rows or columns is a frame again; one column or one row may be anything."""
        frame = self.of_expression(node.value, place, depth + 1)
        if frame is None or len(node.slice) != 1:
            return None
        index = node.slice[0].slice
        if isinstance(index, cst.Slice) or isinstance(index.value, (cst.List, cst.Comparison)):
            return frame
        library, _, kind = frame.rpartition(".")
        if kind == "DataFrame" and library != "pyspark.sql" and isinstance(literal(index.value), str):
            return f"{library}.Series"
        return None

    def _call(self, node: cst.Call, place: tuple[int, tuple[int, ...]], depth: int) -> str | None:
        call = read_call(node)
        if call.unpacks or any(a.keyword in UNLESS for a in call.arguments):
            return None
        if call.name:
            known = RETURNS.get(self._qualified(call.name) or "")
            if known is not None:
                return known
        if isinstance(node.func, cst.Attribute) and not self._is_self(node.func.value):
            frame = self.of_expression(node.func.value, place, depth + 1)
            if frame is not None:
                return returned_by_method(frame, node.func.attr.value)
        return self._returned(node, (), depth)

    def _returned(self, node: cst.Call, elements: tuple[int, ...], depth: int) -> str | None:
        """What a helper of the project returns, by its annotation or by all of its return statements."""
        helper = self._helper(dotted_name(node.func))
        if helper is None or helper.function.asynchronous or depth > _MAX_DEPTH:
            return None
        if helper.function.returns is not None:
            return helper.of_annotation(helper.function.returns, elements)
        last = (2**31, ())
        types = {helper._element(value, elements, last, depth + 1) for value in helper.function.return_values}
        return types.pop() if len(types) == 1 else None

    def _helper(self, name: str) -> FrameTypes | None:
        if name.startswith(f"{self.function.signature.first}.") and self.owner is not None:
            methods = [f for f in self.owner.functions if f.name == name.partition(".")[2] and not f.decorators]
            return FrameTypes(methods[-1], self.file, self.names, self.owner) if methods else None
        meaning = self._meaning(name)
        if isinstance(meaning, Defined) and isinstance(meaning.definition, Function):
            if not meaning.definition.decorators:
                return FrameTypes(meaning.definition, meaning.file, self.names)
        return None

    def _meaning(self, name: str) -> object:
        first = name.partition(".")[0]
        if not name or first in self.function.assignments:
            return None
        return self.names.resolve(self.file, name, self.function.imports)

    def _qualified(self, name: str) -> str | None:
        meaning = self._meaning(name)
        return meaning.qualified if isinstance(meaning, External) else None

    def _is_self(self, node: Node) -> bool:
        return isinstance(node, cst.Name) and node.value == self.function.signature.first


def _frame(qualified: str | None) -> str | None:
    name = ALIASES.get(qualified or "", qualified)
    return name if name in FRAME_TYPES else None


def _unquoted(annotation: Node) -> Node:
    if isinstance(annotation, cst.SimpleString) and isinstance(annotation.evaluated_value, str):
        try:
            return cst.parse_expression(annotation.evaluated_value)
        except cst.ParserSyntaxError:
            return annotation
    return annotation
