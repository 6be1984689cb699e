"""What kind of value an expression gives, as far as its function and the signatures of helpers show.

The answer is a type as `libraries` and `classes` name it, or None where nothing is certain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeGuard

import libcst as cst

from mflint.analysis.steps.changes import changed_names
from mflint.analysis.types.annotations import named_type
from mflint.analysis.types.classes import (
    ENTERED_AS_ITSELF,
    FLOW,
    FUNCTION,
    GENERATOR,
    HOLDING,
    LAMBDA,
    LOCAL,
    METHOD,
    MODULE,
    RETURNED,
    described_inside,
    is_class,
    returned_by,
)
from mflint.analysis.types.definitions import is_plain_class, made_by
from mflint.analysis.types.libraries import FRAME_TYPES, RETURNS, UNLESS, returned_by_method
from mflint.analysis.types.memory import OPEN, Memory, agreed
from mflint.analysis.types.written import DISPLAYS, is_display, is_mask
from mflint.expressions import all_parameters
from mflint.model import Assignment, AssignmentKind, Call, Class, FlowFile, Function, Node
from mflint.names import Defined, External, NameResolver
from mflint.syntax import dotted_name, literal, own_definitions, read_call

_MAX_DEPTH = 400
_TRANSPARENT = {
    AssignmentKind.PLAIN,
    AssignmentKind.SETATTR,
    AssignmentKind.ANNOTATED,
    AssignmentKind.WALRUS,
    AssignmentKind.UNPACKED,
}
_MAX_ELEMENTS = 200
"""How many elements of a container are looked at."""


@dataclass(frozen=True)
class ValueTypes:
    """Answers for the expressions of one function that stands in `file`; `owner` is its class, if any."""

    function: Function
    file: FlowFile
    names: NameResolver
    owner: Class | None = None
    memory: Memory = field(default_factory=Memory)

    def of_assignment(self, assignment: Assignment, depth: int = 0) -> str | None:
        """The type that the assignment gives to its target."""
        if assignment.annotation is not None:
            declared = self.of_annotation(assignment.annotation)
            if declared is not None and not is_display(assignment.value):
                return declared
        if assignment.kind is AssignmentKind.OTHER:
            return self._definition(assignment)
        if assignment.kind is AssignmentKind.WITH:
            return self._entered(assignment, depth)
        if assignment.kind not in _TRANSPARENT or assignment.value is None or assignment.elements is None:
            return None
        value, elements = assignment.value, assignment.elements
        place = (assignment.order, assignment.block)
        return self.memory.ask(assignment, lambda: self._element(value, elements, place, depth))

    def of_annotation(self, annotation: Node, elements: Sequence[int] = ()) -> str | None:
        """The type that an annotation names, in the tuple element that `elements` leads to."""
        return named_type(annotation, elements, self._qualified)

    def of_expression(self, node: Node, place: tuple[int, tuple[int, ...]], depth: int = 0) -> str | None:
        """The type of an expression evaluated at `place`, an order and a block of the function."""
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
            return agreed(self.of_expression(arm, place, depth + 1) for arm in (node.body, node.orelse))
        if isinstance(node, cst.NamedExpr):
            return self.of_expression(node.value, place, depth + 1)
        if isinstance(node, cst.Lambda):
            return LAMBDA
        if isinstance(node, cst.GeneratorExp):
            return GENERATOR
        return self._display(node, place, depth)

    def _display(self, node: Node, place: tuple[int, tuple[int, ...]], depth: int) -> str | None:
        """The type of a container that is written out, with the first thing in it that does not pickle."""
        outer = DISPLAYS.get(type(node))
        if outer is None or not hasattr(node, "elements"):
            return outer
        for element in node.elements[:_MAX_ELEMENTS]:
            if not isinstance(element, (cst.StarredElement, cst.StarredDictElement)):
                held = self.of_expression(element.value, place, depth + 1)
                if held is not None and described_inside(held) is not None:
                    return f"{outer}[{held}]"
        return outer

    def _entered(self, assignment: Assignment, depth: int) -> str | None:
        """The type of what `with … as` binds."""
        if assignment.value is None or assignment.elements:
            return None
        place = (assignment.order, assignment.block)
        entered = self.of_expression(assignment.value, place, depth + 1)
        return entered if entered in ENTERED_AS_ITSELF else None

    def _definition(self, assignment: Assignment) -> str | None:
        """The type of what a nested `def` binds."""
        definition = self._definitions.get(assignment.node)
        plain = isinstance(definition, cst.FunctionDef) and not definition.decorators
        return LAMBDA if plain else None

    @cached_property
    def _definitions(self) -> Mapping[Node, cst.FunctionDef | cst.ClassDef]:
        return {d.name: d for d in own_definitions(self.function.node)}

    @cached_property
    def _changed(self) -> frozenset[str]:
        return changed_names(self.function)

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
                return agreed(self.of_assignment(a, depth + 1) for a in reaching)
        return None

    def _named(self, name: str, place: tuple[int, tuple[int, ...]], depth: int) -> str | None:
        assignments = self.function.assignments.get(name, ())
        annotation = self._annotations.get(name)
        if annotation is not None and not assignments:
            return self.of_annotation(annotation)
        if assignments:
            return self._unchanged(name, self._bound(assignments, place, depth))
        if self.owner is not None and name == self.function.signature.first:
            return FLOW if not _has_no_self(self.function) else None
        return self._from_outside(name)

    def _unchanged(self, name: str, found: str | None) -> str | None:
        """`found`, but for a container that something may have been taken out of."""
        return None if found is not None and "[" in found and name in self._changed else found

    def _from_outside(self, name: str) -> str | None:
        imports = [i for i in self.function.imports if i.bound == name] or [
            i for i in self.file.imports if i.bound == name
        ]
        if imports and all(i.name is None for i in imports):
            return MODULE if name not in self.file.assignments and name not in self._annotations else None
        meaning = self._meaning(name)
        definition = meaning.definition if isinstance(meaning, Defined) else None
        plain = isinstance(definition, Function) and not definition.decorators
        return FUNCTION if plain else None

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
            bound = self._bound([w for w in written if w.kind not in changes], place, depth)
            bound = self._unchanged(f"self.{node.attr.value}", bound)
            return bound if written else self._method(node.attr.value)
        value = self.of_expression(node.value, place, depth + 1)
        transposed = node.attr.value == "T" and (_is_frame(value) or value == "numpy.ndarray")
        return value if transposed else None

    def _method(self, name: str) -> str | None:
        """The type of `self.<name>` where the class has such a method, and no method assigns to the name."""
        assert self.owner is not None
        functions = self.owner.functions
        found = [f for f in functions if f.name == name]
        if len(found) != 1 or any(w.name == name for f in functions for w in f.writes):
            return None
        marks = [d.name for d in found[0].decorators]
        return METHOD if not marks else FUNCTION if marks == ["staticmethod"] else None

    def _subscript(self, node: cst.Subscript, place: tuple[int, tuple[int, ...]], depth: int) -> str | None:
        """A list or a slice of rows or columns is a frame again; one column or one row may be anything."""
        frame = self.of_expression(node.value, place, depth + 1)
        if not _is_frame(frame) or len(node.slice) != 1:
            return None
        index = node.slice[0].slice
        if isinstance(index, cst.Slice):
            return frame
        assert isinstance(index, cst.Index)
        if isinstance(index.value, (cst.List, cst.Comparison)) or is_mask(index.value):
            return frame
        library, _, kind = frame.rpartition(".")
        if kind == "DataFrame" and library != "pyspark.sql" and isinstance(literal(index.value), str):
            return f"{library}.Series"
        return None

    def _call(self, node: cst.Call, place: tuple[int, tuple[int, ...]], depth: int) -> str | None:
        call = read_call(node)
        qualified = self._qualified(call.name) if call.name else None
        frame = RETURNS.get(qualified or "")
        plain = not call.unpacks and not any(a.keyword in UNLESS for a in call.arguments)
        if frame is not None:
            return frame if plain else None
        if qualified is not None:
            known = self._known(qualified, call, place, depth)
            if known is not None:
                return known
        if isinstance(node.func, cst.Name) and node.func.value in self.function.assignments:
            return self._local_call(node.func.value)
        if isinstance(node.func, cst.Attribute) and not self._is_self(node.func.value):
            value = self.of_expression(node.func.value, place, depth + 1)
            if value is not None and value != MODULE:
                return _returned_by(value, node.func.attr.value, plain=plain)
        return self._returned(node, (), depth) if plain else None

    def _known(
        self, qualified: str, call: Call, place: tuple[int, tuple[int, ...]], depth: int
    ) -> str | None:
        """What a class or function from outside gives, by the tables."""
        for argument in call.arguments if qualified in HOLDING else ():
            held = self.of_expression(argument.node, place, depth + 1) if not argument.star else None
            if held in HOLDING[qualified]:
                return f"{qualified}[{held}]"
        if qualified in RETURNED:
            return RETURNED[qualified]
        owner = qualified.removesuffix(".from_pretrained")
        return owner if is_class(owner) else None

    def _local_call(self, name: str) -> str | None:
        """What a function or class that is defined inside this function gives."""
        found = [self._definitions.get(a.node) for a in self.function.assignments[name]]
        definition = found[0] if len(found) == 1 else None
        if definition is None or definition.decorators:
            return None
        if isinstance(definition, cst.FunctionDef):
            return made_by(definition)
        return f"{LOCAL}{name}" if is_plain_class(definition) else None

    def _returned(self, node: cst.Call, elements: tuple[int, ...], depth: int) -> str | None:
        """What a helper of the project returns, by its annotation or by all of its return statements."""
        helper = self._helper(dotted_name(node.func))
        if helper is None or depth > _MAX_DEPTH:
            return None
        made = made_by(helper.function.node)
        if made is not None:
            return None if elements else made
        if helper.function.returns is not None:
            return helper.of_annotation(helper.function.returns, elements)
        last = (2**31, ())
        values = helper.function.return_values
        return self.memory.ask(
            (helper.function, elements),
            lambda: agreed(helper._element(value, elements, last, depth + 1) for value in values),
        )

    def _helper(self, name: str) -> ValueTypes | None:
        if name.startswith(f"{self.function.signature.first}.") and self.owner is not None:
            methods = [
                f for f in self.owner.functions if f.name == name.partition(".")[2] and not f.decorators
            ]
            return (
                ValueTypes(methods[-1], self.file, self.names, self.owner, self.memory) if methods else None
            )
        meaning = self._meaning(name)
        definition = meaning.definition if isinstance(meaning, Defined) else None
        if isinstance(meaning, Defined) and isinstance(definition, Function) and not definition.decorators:
            return ValueTypes(definition, meaning.file, self.names, None, self.memory)
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


def _is_frame(value: str | None) -> TypeGuard[str]:
    """Whether it is a frame, or may turn out to be one."""
    return value in FRAME_TYPES or value == OPEN


def _returned_by(value: str, method: str, *, plain: bool) -> str | None:
    """What a method of a value gives; `plain` tells that no argument makes a frame's method an exception."""
    known = returned_by(value, method)
    return returned_by_method(value, method) if known is None and plain and _is_frame(value) else known


def _has_no_self(function: Function) -> bool:
    return any(d.name in ("classmethod", "staticmethod") for d in function.decorators)
