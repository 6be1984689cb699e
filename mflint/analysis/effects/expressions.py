"""The effects of expressions, in the order of evaluation.

Only what runs under a condition or later is read by recursion; the rest is a walk with a stack, which holds
nodes still to be read and effects that come after them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, get_args

import libcst as cst

from mflint.analysis.effects.calls import read_call_effects
from mflint.analysis.effects.conditions import boolean, mapping, simple_comprehension, ternary
from mflint.analysis.effects.guards import Guards, lists_attributes
from mflint.analysis.effects.inputs import InputSources, Several, Source
from mflint.expressions import all_parameters
from mflint.model import UNKNOWN, Function, Node
from mflint.model.effects import (
    NOTHING,
    Alternative,
    BranchRead,
    BranchWrite,
    Choice,
    ClassWrite,
    Delete,
    Effect,
    Escape,
    Facts,
    InputRead,
    Later,
    Merge,
    Read,
    Sequence,
    Subject,
    Write,
)
from mflint.syntax import children, dotted_name

Stack = list[Any]
"""Nodes and effects."""

_EFFECTS = frozenset(get_args(Effect))


class ExpressionEffects:
    """Reads the expressions of one function; `emit` takes the effects in order."""

    def __init__(self, self_name: str | None, inputs: str | None, function: Function) -> None:
        self.self_name = self_name
        self.sources = InputSources(inputs)
        self.guards = Guards(self.subject, _single_values(function))
        self._out: list[Effect] = []

    def emit(self, effect: Effect) -> None:
        """Add an effect."""
        self._out.append(effect)

    def is_self(self, node: cst.CSTNode) -> bool:
        """Whether the expression is the flow itself."""
        return self.self_name is not None and isinstance(node, cst.Name) and node.value == self.self_name

    def subject(self, node: cst.CSTNode) -> Subject | None:
        """Whether the expression is the flow or an input of a join."""
        if self.is_self(node):
            return Subject.FLOW
        return Subject.INPUT if self.sources.of(node) is not None else None

    def collected(self, read: Callable[[], None]) -> Effect:
        """The effects that `read` emits, apart from the others."""
        outer, self._out = self._out, []
        read()
        found, self._out = self._out, outer
        if not found:
            return NOTHING
        return found[0] if len(found) == 1 else Sequence(tuple(found))

    def of(self, *roots: cst.CSTNode) -> Effect:
        """The effects of expressions, apart from the others."""
        return self.collected(lambda: self.expressions(roots))

    def expressions(self, roots: Iterable[cst.CSTNode]) -> None:
        """Emit the effects of one expression after the other."""
        for root in roots:
            self.expression(root)

    def expression(self, root: cst.CSTNode) -> None:
        """Emit the effects of an expression."""
        stack: Stack = [root]
        while stack:
            item = stack.pop()
            if type(item) in _EFFECTS:
                self.emit(item)
            elif (handler := _HANDLERS.get(type(item))) is not None:
                handler(self, item, stack)
            else:
                stack.extend(reversed(list(children(item))))

    def read_of_input(self, node: Node, owner: cst.CSTNode, name: str) -> None:
        """Emit the read of an attribute of what may be one or all of a join's inputs."""
        source = self.sources.of(owner)
        if source is Several.ALL and name != "flows":
            self.emit(InputRead(node, name))
        elif source is not None and not isinstance(source, Several):
            self.emit(BranchRead(node, source, name))

    def later(self, read: Callable[[], None]) -> None:
        """Emit what `read` finds as done later; inputs are not followed there."""
        sources, self.sources = self.sources, InputSources(None)
        body = self.collected(read)
        self.sources = sources
        if body is not NOTHING:
            self.emit(Later(body))

    def bound(self, names: dict[str, Source], read: Callable[[], Effect]) -> Effect:
        """What `read` finds while the names stand for inputs."""
        outer = self.sources.names
        self.sources.names = {**outer, **names}
        found = read()
        self.sources.names = outer
        return found

    def choice(self, known: Facts, body: Effect) -> None:
        """Emit a body that runs under a condition only, where `known` holds."""
        if body is not NOTHING:
            self.emit(Choice((Alternative(NOTHING, known, frozenset(), body),), None))

    def target(self, target: cst.CSTNode) -> None:
        """Emit what assigning to `target` does."""
        if isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self.target(element.value)
        elif isinstance(target, cst.Attribute):
            self._attribute_target(target, target.value, target.attr.value)
        elif isinstance(target, cst.Subscript):
            self.expressions([target.value, *target.slice])

    def _attribute_target(self, node: Node, owner: cst.BaseExpression, name: str) -> None:
        if self.is_self(owner):
            self.emit(Write(node, name))
            return
        self.expression(owner)
        if self.subject(owner) is Subject.INPUT:
            self.emit(BranchWrite(name))
        elif isinstance(owner, cst.Name):
            self.emit(ClassWrite(owner.value, name))
        elif _is_class_of_something(owner):
            self.emit(ClassWrite("", name))

    def delete(self, target: cst.CSTNode) -> None:
        """Emit what `del target` does."""
        if isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self.delete(element.value)
        elif isinstance(target, cst.Attribute) and self.is_self(target.value):
            self.emit(Delete(target.attr.value))
        elif not isinstance(target, cst.Name):
            self.expressions(children(target))


def _is_class_of_something(node: cst.BaseExpression) -> bool:
    """Whether it is `x.__class__` or `type(x)`."""
    if isinstance(node, cst.Call):
        return dotted_name(node.func) == "type"
    return isinstance(node, cst.Attribute) and node.attr.value == "__class__"


def _single_values(function: Function) -> dict[str, cst.CSTNode]:
    """The values of the local names that are assigned once."""
    return {
        name: found[0].value
        for name, found in function.assignments.items()
        if len(found) == 1 and found[0].value is not None and found[0].elements == ()
    }


def _name(reader: ExpressionEffects, node: cst.Name, stack: Stack) -> None:
    if reader.is_self(node):
        reader.emit(Escape(""))


def _attribute(reader: ExpressionEffects, node: cst.Attribute, stack: Stack) -> None:
    name = node.attr.value
    if not reader.is_self(node.value):
        reader.read_of_input(node, node.value, name)
        stack.append(node.value)
    elif name == "__dict__":
        reader.emit(Escape(""))
    elif name == "merge_artifacts":
        reader.emit(Merge(node, UNKNOWN, UNKNOWN))
    else:
        reader.emit(Read(node, name))


def _lambda(reader: ExpressionEffects, node: cst.Lambda, stack: Stack) -> None:
    parameters = all_parameters(node.params)
    reader.expressions(p.default for p in parameters if p.default is not None)
    if reader.self_name not in [p.name.value for p in parameters]:
        reader.later(lambda: reader.expression(node.body))


def _comparison(reader: ExpressionEffects, node: cst.Comparison, stack: Stack) -> None:
    for part in reversed([node.left, *(c.comparator for c in node.comparisons)]):
        owner = lists_attributes(part)
        if owner is None or not reader.is_self(owner):
            stack.append(part)


def _formatted(reader: ExpressionEffects, node: cst.FormattedStringExpression, stack: Stack) -> None:
    stack.extend(child for child in reversed(list(children(node))) if not reader.is_self(child))


def _walrus(reader: ExpressionEffects, node: cst.NamedExpr, stack: Stack) -> None:
    stack.append(node.value)


def _nothing(reader: ExpressionEffects, node: cst.CSTNode, stack: Stack) -> None:
    pass


def _call(reader: ExpressionEffects, node: cst.Call, stack: Stack) -> None:
    stack.extend(reversed(read_call_effects(reader, node)))


_HANDLERS: dict[type[cst.CSTNode], Callable[..., None]] = {
    cst.Name: _name,
    cst.Attribute: _attribute,
    cst.Call: _call,
    cst.Lambda: _lambda,
    cst.ListComp: simple_comprehension,
    cst.SetComp: simple_comprehension,
    cst.GeneratorExp: simple_comprehension,
    cst.DictComp: mapping,
    cst.BooleanOperation: boolean,
    cst.IfExp: ternary,
    cst.Comparison: _comparison,
    cst.FormattedStringExpression: _formatted,
    cst.NamedExpr: _walrus,
    cst.SimpleString: _nothing,
    cst.Integer: _nothing,
    cst.Float: _nothing,
}
