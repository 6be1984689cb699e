"""From a libcst tree to a `FlowFile`, in one read-only pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import libcst as cst

from mflint.expressions import all_parameters
from mflint.model import (
    ArtifactRead,
    ArtifactWrite,
    Call,
    Class,
    Decorator,
    FlowFile,
    Function,
    Node,
    Signature,
    Transition,
)
from mflint.scopes import Scope, ScopeKind
from mflint.syntax import docstring, dotted_name, read_call
from mflint.transitions import read_transition


def read_file(path: Path, module: cst.Module) -> FlowFile:
    """All that the file at `path`, whose tree is `module`, says about flows."""
    reader = _Reader()
    scope = Scope(ScopeKind.MODULE, reader)
    scope.body(module.body)
    return FlowFile(
        path=path,
        node=module,
        docstring=docstring(module),
        imports=tuple(scope.imports),
        functions=tuple(scope.functions),
        classes=tuple(reader.classes),
        assignments=_frozen(scope.assignments),
        uses=_frozen(scope.uses),
        calls=tuple(scope.calls),
        guard_uses=_frozen(scope.guard_uses),
        guard_calls=tuple(scope.guard_calls),
    )


class _Reader:
    """Reads the definitions that scopes meet; `classes` are all classes of the file, as they begin."""

    def __init__(self) -> None:
        self.classes: list[Class] = []
        self._depth = 0

    def function(self, node: cst.FunctionDef, outer: Scope) -> Function:
        signature = _signature(node.params)
        names = {parameter.name.value for parameter in all_parameters(node.params)}
        method = outer.self_name is None and self._in_class
        if method:
            self_name = None if _has_no_self(node) else signature.first
        else:
            self_name = None if outer.self_name in names else outer.self_name
        in_class, self._in_class = self._in_class, False
        self._depth += 1
        scope = Scope(ScopeKind.FUNCTION, self, self_name)
        scope.body(node.body.body)
        self._depth -= 1
        self._in_class = in_class
        local = scope.local_names() | names
        for nested in scope.functions:
            scope.absorb(nested, local)
        return Function(
            node=node,
            name=node.name.value,
            signature=signature,
            decorators=tuple(_decorator(d) for d in node.decorators),
            returns=node.returns.annotation if node.returns else None,
            docstring=docstring(node.body),
            imports=tuple(scope.imports),
            assignments=_frozen(scope.assignments),
            uses=_frozen({name: nodes for name, nodes in scope.uses.items() if name not in local}),
            calls=tuple(scope.calls),
            writes=tuple(scope.writes if method else map(_nested, scope.writes)),
            reads=tuple(scope.reads if method else map(_nested, scope.reads)),
            transitions=_transitions(node, scope.calls, self_name) if method else (),
            return_values=tuple(scope.returns),
            escapes=tuple(scope.escapes),
            asynchronous=node.asynchronous is not None,
            statements=scope.statements,
        )

    def klass(self, node: cst.ClassDef, outer: Scope) -> Class:
        place = len(self.classes)
        in_class, self._in_class = self._in_class, True
        self._depth += 1
        scope = Scope(ScopeKind.CLASS, self)
        scope.class_header(node)
        scope.body(node.body.body)
        self._depth -= 1
        self._in_class = in_class
        for name, nodes in scope.uses.items():
            outer.uses.setdefault(name, []).extend(nodes)
        if self._depth:
            for function in scope.functions:
                outer.absorb_uses(function, set())
        klass = Class(
            node=node,
            name=node.name.value,
            bases=tuple(_base(argument) for argument in node.bases),
            decorators=tuple(_decorator(d) for d in node.decorators),
            docstring=docstring(node.body),
            functions=tuple(scope.functions),
            attributes=_frozen(scope.assignments),
            imports=tuple(scope.imports),
            definition_uses=_frozen(scope.uses),
            nested=self._depth > 0,
            has_metaclass=bool(node.keywords),
        )
        self.classes.insert(place, klass)
        return klass

    _in_class = False


def _has_no_self(node: cst.FunctionDef) -> bool:
    return any(dotted_name(d.decorator) in ("staticmethod", "classmethod") for d in node.decorators)


_Access = TypeVar("_Access", ArtifactRead, ArtifactWrite)


def _nested(access: _Access) -> _Access:
    return replace(access, nested=True)


def _frozen(facts: Mapping[str, list[Node]]) -> Mapping[str, tuple[Node, ...]]:
    return MappingProxyType({name: tuple(found) for name, found in facts.items()})


def _signature(parameters: cst.Parameters) -> Signature:
    star, double_star = parameters.star_arg, parameters.star_kwarg
    return Signature(
        positional_only=tuple(p.name.value for p in parameters.posonly_params),
        positional=tuple(p.name.value for p in parameters.params),
        keyword_only=tuple(p.name.value for p in parameters.kwonly_params),
        var_positional=star.name.value if isinstance(star, cst.Param) else None,
        var_keyword=double_star.name.value if double_star is not None else None,
    )


def _decorator(node: cst.Decorator) -> Decorator:
    expression = node.decorator
    if isinstance(expression, cst.Call):
        call = read_call(expression)
        return Decorator(node, call.name, call)
    return Decorator(node, dotted_name(expression), None)


def _base(argument: cst.Arg) -> str:
    value = argument.value.value if isinstance(argument.value, cst.Subscript) else argument.value
    return "" if argument.star else dotted_name(value)


def _transitions(node: cst.FunctionDef, calls: list[Call], self_name: str | None) -> tuple[Transition, ...]:
    tail = _tail_expression(node.body)
    return tuple(
        read_transition(call, call.node is tail and call.name == "self.next")
        for call in calls
        if call.name == f"{self_name}.next" or (call.node is tail and call.name == "self.next")
    )


def _tail_expression(body: cst.BaseSuite) -> cst.BaseExpression | None:
    last = body.body[-1] if body.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return last.value if isinstance(last, cst.Expr) else None
