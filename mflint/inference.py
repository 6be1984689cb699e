"""Which expressions are data frames, as far as one function and the signatures of the project's helpers show.

The answer is a type of `libraries.FRAME_TYPES`, or None where nothing is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst

from mflint.expressions import all_parameters
from mflint.libraries import ALIASES, FRAME_TYPES, RETURNS, UNLESS, returned_by_method
from mflint.model import UNKNOWN, Assignment, AssignmentKind, Class, FlowFile, Function, Node
from mflint.names import Defined, External, NameResolver
from mflint.syntax import dotted_name, literal, read_call

_MAX_DEPTH = 400
_MAX_QUESTIONS = 2_000
"""How many assignments and helpers are looked at for one function before nothing is certain."""

_OPEN = "open"
"""Stands for an assignment that is being looked at: what it gives depends on the others that are."""

_TRANSPARENT = {
    AssignmentKind.PLAIN,
    AssignmentKind.SETATTR,
    AssignmentKind.ANNOTATED,
    AssignmentKind.WALRUS,
    AssignmentKind.UNPACKED,
}
_TUPLES = {"builtins.tuple", "typing.Tuple"}
_OPTIONALS = {"typing.Optional", "typing.Annotated", "typing.Final"}


@dataclass
class _Memory:
    """What has been answered, and what is being looked at: loops and recursive helpers lead back to it."""

    answers: dict[object, str | None] = field(default_factory=dict)
    active: set[object] = field(default_factory=set)
    rounds: int = 0
    questions: int = 0

    def ask(self, subject: object, answer: Callable[[], str | None]) -> str | None:
        """The answer for `subject`, kept where it does not depend on one that is still open."""
        if subject in self.answers:
            return self.answers[subject]
        if subject in self.active:
            self.rounds += 1
            return _OPEN
        self.questions += 1
        if self.questions > _MAX_QUESTIONS:
            return None
        rounds = self.rounds
        self.active.add(subject)
        found = answer()
        self.active.remove(subject)
        if self.rounds == rounds:
            self.answers[subject] = found
        return found


def _agreed(types: Iterable[str | None]) -> str | None:
    """The one type that all of `types` are, those that are open aside."""
    closed = set(types) - {_OPEN}
    return closed.pop() if len(closed) == 1 else None


@dataclass(frozen=True)
class FrameTypes:
    """Answers for the expressions of one function that stands in `file`; `owner` is its class, if any."""

    function: Function
    file: FlowFile
    names: NameResolver
    owner: Class | None = None
    memory: _Memory = field(default_factory=_Memory)

    def of_assignment(self, assignment: Assignment, depth: int = 0) -> str | None:
        """The frame type that the assignment gives to its target."""
        if assignment.annotation is not None:
            declared = self.of_annotation(assignment.annotation)
            if declared is not None and not _is_display(assignment.value):
                return declared
        if assignment.kind not in _TRANSPARENT or assignment.value is None or assignment.elements is None:
            return None
        value, elements = assignment.value, assignment.elements
        place = (assignment.order, assignment.block)
        return self.memory.ask(assignment, lambda: self._element(value, elements, place, depth))

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
            return self._named(node.value, place, depth)
        if isinstance(node, cst.Attribute):
            return self._attribute(node, place, depth)
        if isinstance(node, cst.Call):
            return self._call(node, place, depth)
        if isinstance(node, cst.Subscript):
            return self._subscript(node, place, depth)
        if isinstance(node, cst.IfExp):
            return _agreed(self.of_expression(arm, place, depth + 1) for arm in (node.body, node.orelse))
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
        """The type that all assignments agree on which may give a name its value at `place`."""
        before = [a for a in assignments if a.order < place[0] and a.kind is not AssignmentKind.DECLARED]
        reaching: list[Assignment] = []
        for assignment in reversed(before):
            reaching.append(assignment)
            if assignment.always_before(*place):
                later = (a for a in assignments if a.order >= place[0])
                reaching.extend(a for a in later if a.may_come_round(place[1], assignment.block))
                return _agreed(self.of_assignment(a, depth + 1) for a in reaching)
        return None

    def _named(self, name: str, place: tuple[int, tuple[int, ...]], depth: int) -> str | None:
        assignments = self.function.assignments.get(name, ())
        annotation = self._annotations.get(name)
        if annotation is not None and not assignments:
            return self.of_annotation(annotation)
        return self._bound(assignments, place, depth)

    @cached_property
    def _annotations(self) -> Mapping[str, Node | None]:
        """The function's parameters with their annotations, but for `*args` and `**kwargs`."""
        parameters = all_parameters(self.function.node.params)
        starred = {self.function.signature.var_positional, self.function.signature.var_keyword}
        return {
            p.name.value: p.annotation.annotation
            if p.annotation is not None and p.name.value not in starred
            else None
            for p in parameters
        }

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
        if isinstance(index, cst.Slice):
            return frame
        assert isinstance(index, cst.Index)
        if isinstance(index.value, (cst.List, cst.Comparison)) or _is_mask(index.value):
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
        values = helper.function.return_values
        return self.memory.ask(
            (helper.function, elements),
            lambda: _agreed(helper._element(value, elements, last, depth + 1) for value in values),
        )

    def _helper(self, name: str) -> FrameTypes | None:
        if name.startswith(f"{self.function.signature.first}.") and self.owner is not None:
            methods = [
                f for f in self.owner.functions if f.name == name.partition(".")[2] and not f.decorators
            ]
            return (
                FrameTypes(methods[-1], self.file, self.names, self.owner, self.memory) if methods else None
            )
        meaning = self._meaning(name)
        definition = meaning.definition if isinstance(meaning, Defined) else None
        if isinstance(meaning, Defined) and isinstance(definition, Function) and not definition.decorators:
            return FrameTypes(definition, meaning.file, self.names, None, self.memory)
        return None

    def _meaning(self, name: str) -> object:
        first = name.partition(".")[0]
        if not name or first in self.function.assignments or first in self._annotations:
            return None
        return self.names.resolve(self.file, name, self.function.imports)

    def _qualified(self, name: str) -> str | None:
        meaning = self._meaning(name)
        return meaning.qualified if isinstance(meaning, External) else None

    def _is_self(self, node: Node) -> bool:
        first = self.function.signature.first if self.owner is not None else None
        return isinstance(node, cst.Name) and node.value == first


def _is_display(node: Node | None) -> bool:
    """Whether it is written out as plain data, such as `None` or `{"a": []}`, whatever an annotation says."""
    displays = (cst.Dict, cst.List, cst.Set, cst.Tuple, cst.ListComp, cst.DictComp, cst.SetComp)
    return node is not None and (isinstance(node, displays) or literal(node) is not UNKNOWN)


def _is_mask(node: cst.CSTNode) -> bool:
    """Whether it is a condition on rows, such as `(a > 1) & (b < 2)` or `~found`."""
    if isinstance(node, cst.BinaryOperation):
        return isinstance(node.operator, (cst.BitAnd, cst.BitOr))
    return isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.BitInvert)


def _frame(qualified: str | None) -> str | None:
    name = ALIASES.get(qualified or "", qualified)
    return name if name in FRAME_TYPES else None


def _unquoted(annotation: Node) -> Node:
    text = literal(annotation)
    if isinstance(text, str):
        try:
            return cst.parse_expression(text.strip())
        except cst.ParserSyntaxError:
            return annotation
    return annotation
