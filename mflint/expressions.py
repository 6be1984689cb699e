"""What the expressions and targets of one scope do: names used, calls made, names and artifacts assigned.

Only lambdas and comprehensions, which have scopes of their own, are read by recursion.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from mflint.model import (
    ArtifactRead,
    ArtifactWrite,
    Assignment,
    AssignmentKind,
    Call,
    Import,
    Node,
    ReadKind,
)
from mflint.syntax import children, literal, read_call

_SELF_SAFE_CALLS = {"getattr", "hasattr", "super", "isinstance", "type", "id", "print", "repr", "str", "len"}
"""Builtins that take `self` and neither set an artifact nor read one that is not named in the call."""

Facts = dict[str, list[Node]]


class ExpressionReader:
    """Collects facts in source order.

    `self_name` is what the flow object is called here, if anything. `in_order` tells that a name means the
    outer one until it is bound, as in the body of a class.
    """

    def __init__(self, self_name: str | None = None, *, in_order: bool = False) -> None:
        self._self = self_name
        self._in_order = in_order
        self.imports: list[Import] = []
        self.assignments: dict[str, list[Assignment]] = {}
        self.uses: Facts = {}
        self.calls: list[Call] = []
        self.writes: list[ArtifactWrite] = []
        self.reads: list[ArtifactRead] = []
        self.escapes: list[Node] = []
        self._block: tuple[int, ...] = ()
        self._order = 0
        self._in_lambda = False

    @property
    def self_name(self) -> str | None:
        """The name of the flow object, None where there is none."""
        return self._self

    def _bind(
        self,
        target: cst.CSTNode,
        kind: AssignmentKind,
        value: Node | None,
        elements: tuple[int, ...] | None = (),
        annotation: Node | None = None,
    ) -> None:
        if isinstance(target, cst.Name):
            self._assigned(target.value, target, kind, value, elements, annotation)
        elif isinstance(target, (cst.Tuple, cst.List)):
            self._unpack(target.elements, kind, value, elements)
        elif isinstance(target, cst.Attribute):
            if self._is_self(target.value):
                self._written(target.attr.value, target, kind, value, elements, annotation)
            else:
                self._changed(target.value, target, AssignmentKind.ATTRIBUTE, value)
        elif isinstance(target, cst.Subscript):
            for element in target.slice:
                self._expression(element)
            self._changed(target.value, target, AssignmentKind.SUBSCRIPT, value)
        else:
            self._expression(target)

    def _unpack(
        self,
        targets: Sequence[cst.BaseElement],
        kind: AssignmentKind,
        value: Node | None,
        path: tuple[int, ...] | None,
    ) -> None:
        unpacked = AssignmentKind.UNPACKED if kind is AssignmentKind.PLAIN else kind
        for index, element in enumerate(targets):
            if isinstance(element, cst.StarredElement):
                path = None
            place = None if path is None else (*path, index)
            self._bind(element.value, unpacked, value, place)

    def _changed(self, target: cst.CSTNode, node: Node, kind: AssignmentKind, value: Node | None) -> None:
        """Something of `target` is assigned: an artifact changes where `target` belongs to one."""
        self._expression(target)
        while isinstance(target, (cst.Attribute, cst.Subscript)):
            if isinstance(target, cst.Attribute) and self._is_self(target.value):
                self._written(target.attr.value, node, kind, value, None, None)
                return
            target = target.value

    def _delete(self, target: cst.CSTNode) -> None:
        if isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self._delete(element.value)
        elif isinstance(target, (cst.Name, cst.Attribute)):
            self._bind(target, AssignmentKind.DELETE, None)
        else:
            self._bind(target, AssignmentKind.SUBSCRIPT, None)

    def _assigned(
        self,
        name: str,
        node: Node,
        kind: AssignmentKind,
        value: Node | None,
        elements: tuple[int, ...] | None,
        annotation: Node | None,
    ) -> None:
        self._order += 1
        assignment = Assignment(node, name, kind, value, elements, annotation, self._order, self._block)
        self.assignments.setdefault(name, []).append(assignment)

    def _written(
        self,
        name: str,
        node: Node,
        kind: AssignmentKind,
        value: Node | None,
        elements: tuple[int, ...] | None,
        annotation: Node | None,
    ) -> None:
        self._order += 1
        self.writes.append(
            ArtifactWrite(
                node, name, kind, value, elements, annotation, self._order, self._block, self._in_lambda
            )
        )

    def _read(self, name: str, node: Node, kind: ReadKind) -> None:
        self._order += 1
        self.reads.append(ArtifactRead(node, name, kind, self._order, self._block, self._in_lambda))

    def _is_self(self, node: cst.CSTNode) -> bool:
        return self._self is not None and isinstance(node, cst.Name) and node.value == self._self

    def _expression(self, root: cst.CSTNode, shadow: frozenset[str] = frozenset()) -> None:
        stack = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, cst.Name):
                self._name(node, shadow)
            elif isinstance(node, cst.Attribute):
                if not self._is_self(node.value):
                    stack.append(node.value)
                else:
                    self._attribute(node)
            elif isinstance(node, cst.Call):
                stack.extend(self._call(node))
            elif isinstance(node, cst.Lambda):
                self._lambda(node, shadow)
            elif isinstance(node, (cst.ListComp, cst.SetComp, cst.GeneratorExp)):
                self._comprehension(node.for_in, [node.elt], shadow)
            elif isinstance(node, cst.DictComp):
                self._comprehension(node.for_in, [node.key, node.value], shadow)
            else:
                if isinstance(node, cst.NamedExpr):
                    self._bind(node.target, AssignmentKind.WALRUS, node.value)
                    node = node.value
                    stack.append(node)
                    continue
                stack.extend(reversed(list(children(node))))

    def _attribute(self, node: cst.Attribute) -> None:
        if node.attr.value == "__dict__":
            self.escapes.append(node)
        else:
            self._read(node.attr.value, node, ReadKind.PLAIN)

    def _name(self, node: cst.Name, shadow: frozenset[str]) -> None:
        if node.value in shadow:
            return
        if self._is_self(node):
            self.escapes.append(node)
        elif not (self._in_order and self._is_bound(node.value)):
            self.uses.setdefault(node.value, []).append(node)

    def _is_bound(self, name: str) -> bool:
        return name in self.assignments or any(found.bound == name for found in self.imports)

    def _call(self, node: cst.Call) -> list[cst.CSTNode]:
        call = read_call(node)
        if call.name:
            self.calls.append(call)
        takes_self = bool(node.args) and self._is_self(node.args[0].value)
        if takes_self and call.name in ("setattr", "delattr") and len(call.arguments) >= 2:
            self._setattr(call)
        elif takes_self and call.name in ("getattr", "hasattr") and len(call.arguments) >= 2:
            self._getattr(call)
        elif not takes_self or call.name not in _SELF_SAFE_CALLS:
            return [*(a.value for a in reversed(node.args)), node.func]
        return [*(a.value for a in reversed(node.args[1:])), node.func]

    def _setattr(self, call: Call) -> None:
        name = literal(call.arguments[1].node)
        if not isinstance(name, str):
            self.escapes.append(call.node)
        elif call.name == "delattr":
            self._written(name, call.node, AssignmentKind.DELETE, None, (), None)
        else:
            value = call.arguments[2].node if len(call.arguments) > 2 else None
            self._written(name, call.node, AssignmentKind.SETATTR, value, (), None)

    def _getattr(self, call: Call) -> None:
        name = literal(call.arguments[1].node)
        if isinstance(name, str):
            defaulted = ReadKind.DEFAULTED if len(call.arguments) > 2 else ReadKind.GETATTR
            self._read(name, call.node, ReadKind.TESTED if call.name == "hasattr" else defaulted)

    def _lambda(self, node: cst.Lambda, shadow: frozenset[str]) -> None:
        self._parameters(node.params, annotations=False)
        names = {parameter.name.value for parameter in all_parameters(node.params)}
        outer, self._in_lambda = self._in_lambda, True
        hidden, self._self = self._self, None if self._self in names else self._self
        self._expression(node.body, shadow | names)
        self._in_lambda, self._self = outer, hidden

    def _parameters(self, parameters: cst.Parameters, *, annotations: bool) -> None:
        for parameter in all_parameters(parameters):
            if parameter.default is not None:
                self._expression(parameter.default)
            if annotations and parameter.annotation is not None:
                self._expression(parameter.annotation.annotation)

    def _comprehension(
        self, clause: cst.CompFor, results: list[cst.BaseExpression], shadow: frozenset[str]
    ) -> None:
        current: cst.CompFor | None = clause
        while current is not None:
            self._expression(current.iter, shadow)
            shadow |= {name.value for name in _target_names(current.target)}
            for condition in current.ifs:
                self._expression(condition.test, shadow)
            current = current.inner_for_in
        for result in results:
            self._expression(result, shadow)


def _target_names(target: cst.CSTNode) -> list[cst.Name]:
    if isinstance(target, cst.Name):
        return [target]
    if isinstance(target, (cst.Tuple, cst.List)):
        return [name for element in target.elements for name in _target_names(element.value)]
    return []


def all_parameters(parameters: cst.Parameters) -> list[cst.Param]:
    """Every parameter, starred ones too, in the order written."""
    found = [*parameters.posonly_params, *parameters.params]
    if isinstance(parameters.star_arg, cst.Param):
        found.append(parameters.star_arg)
    found.extend(parameters.kwonly_params)
    if parameters.star_kwarg is not None:
        found.append(parameters.star_kwarg)
    return found
