"""One pass over the statements of one scope (a module, a class body, a function), without recursion into libcst visitors.

A `Scope` collects facts as they come; `reader` asks it for them at the end. Nested functions and classes are read by
the `Nested` callbacks that the reader hands in, so that this module knows scoping and nothing of Metaflow but `self`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import libcst as cst

from mflint.model import (
    ArtifactWrite,
    Assignment,
    AssignmentKind,
    Call,
    Class,
    Function,
    Import,
    Node,
)
from mflint.syntax import children, dotted_name, literal, read_call

_SELF_SAFE_CALLS = {"getattr", "hasattr", "super", "isinstance", "type", "id", "print", "repr", "str", "len"}
"""Builtins that take `self` and neither set an artifact nor read one that is not named in the call."""

_Facts = dict[str, list[Node]]


class Nested(Protocol):
    """How the definitions inside a scope are read."""

    def function(self, node: cst.FunctionDef, outer: Scope) -> Function:
        """Read a function whose enclosing scope is `outer`."""

    def klass(self, node: cst.ClassDef, outer: Scope) -> Class:
        """Read a class whose enclosing scope is `outer`."""


class Scope:
    """The facts of one scope, in source order. `self_name` is what the flow object is called here, if anything."""

    def __init__(self, nested: Nested, self_name: str | None = None, *, annotations_run: bool = True) -> None:
        self._nested = nested
        self._self = self_name
        self._annotations_run = annotations_run
        self.imports: list[Import] = []
        self.assignments: dict[str, list[Assignment]] = {}
        self.uses: _Facts = {}
        self.calls: list[Call] = []
        self.writes: list[ArtifactWrite] = []
        self.returns: list[Node] = []
        self.escapes: list[Node] = []
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.outer_names: set[str] = set()
        self.guard_uses: _Facts = {}
        self.guard_calls: list[Call] = []
        self.type_checking = False
        self._block: tuple[int, ...] = ()
        self._blocks = 0
        self._order = 0
        self._in_lambda = False
        self._leading = True

    @property
    def self_name(self) -> str | None:
        """The name of the flow object, None where there is none."""
        return self._self

    def local_names(self) -> set[str]:
        """The names that this scope binds itself."""
        bound = {i.bound for i in self.imports} | set(self.assignments)
        return bound - self.outer_names

    # ------------------------------------------------------------------ statements

    def body(self, statements: Iterable[cst.CSTNode]) -> None:
        """Read statements one after the other."""
        for statement in statements:
            if isinstance(statement, cst.SimpleStatementLine):
                for small in statement.body:
                    self._small(small, statement)
            elif isinstance(statement, cst.BaseSmallStatement):
                self._small(statement, statement)
            else:
                self._leading = self._leading and _guards_imports(statement)
                self._compound(statement)

    @contextmanager
    def _nested_block(self) -> Iterator[None]:
        outer = self._block
        self._blocks += 1
        self._block = (*outer, self._blocks)
        yield
        self._block = outer

    def _suite(self, suite: cst.BaseSuite) -> None:
        with self._nested_block():
            self.body(suite.body)

    def _small(self, node: cst.CSTNode, statement: cst.CSTNode) -> None:
        self._leading = self._leading and (isinstance(node, (cst.Import, cst.ImportFrom)) or _is_string(node))
        if isinstance(node, cst.Assign):
            self._expression(node.value)
            for target in node.targets:
                self._bind(target.target, AssignmentKind.PLAIN, node.value)
        elif isinstance(node, cst.AnnAssign):
            self._annotated(node)
        elif isinstance(node, cst.AugAssign):
            self._expression(node.target)
            self._expression(node.value)
            self._bind(node.target, AssignmentKind.AUGMENTED, node.value)
        elif isinstance(node, cst.Del):
            self._delete(node.target)
        elif isinstance(node, (cst.Import, cst.ImportFrom)):
            self._import(node, statement)
        elif isinstance(node, (cst.Global, cst.Nonlocal)):
            self.outer_names.update(item.name.value for item in node.names)
        elif isinstance(node, cst.TypeAlias):
            self._bind(node.name, AssignmentKind.OTHER, None)
        else:
            if isinstance(node, cst.Return) and node.value is not None:
                self.returns.append(node.value)
            for child in children(node):
                self._expression(child)

    def _annotated(self, node: cst.AnnAssign) -> None:
        if self._annotations_run:
            self._expression(node.annotation.annotation)
        if node.value is not None:
            self._expression(node.value)
        kind = AssignmentKind.ANNOTATED if node.value is not None else AssignmentKind.DECLARED
        self._bind(node.target, kind, node.value, annotation=node.annotation.annotation)

    def _compound(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.If):
            self._if(node)
        elif isinstance(node, (cst.For, cst.While)):
            self._loop(node)
        elif isinstance(node, cst.With):
            self._with(node)
        elif isinstance(node, (cst.Try, cst.TryStar)):
            self._try(node)
        elif isinstance(node, cst.Match):
            self._match(node)
        elif isinstance(node, cst.FunctionDef):
            self._definition_uses(node)
            self.functions.append(self._nested.function(node, self))
            self._bind(node.name, AssignmentKind.OTHER, None)
        elif isinstance(node, cst.ClassDef):
            self.classes.append(self._nested.klass(node, self))
            self._bind(node.name, AssignmentKind.OTHER, None)

    def _if(self, node: cst.If) -> None:
        if self._self is None and _is_main_guard(node.test):
            self._guarded(node)
            return
        self._expression(node.test)
        outer, self.type_checking = self.type_checking, self.type_checking or _is_type_checking(node.test)
        self._suite(node.body)
        self.type_checking = outer
        if isinstance(node.orelse, cst.If):
            with self._nested_block():
                self._if(node.orelse)
        elif node.orelse is not None:
            self._suite(node.orelse.body)

    def _guarded(self, node: cst.If) -> None:
        uses, calls = self.uses, self.calls
        self.uses, self.calls = self.guard_uses, self.guard_calls
        self._suite(node.body)
        self.uses, self.calls = uses, calls
        if isinstance(node.orelse, cst.Else):
            self._suite(node.orelse.body)

    def _loop(self, node: cst.For | cst.While) -> None:
        if isinstance(node, cst.For):
            self._expression(node.iter)
        else:
            self._expression(node.test)
        with self._nested_block():
            if isinstance(node, cst.For):
                self._bind(node.target, AssignmentKind.LOOP, node.iter, None)
            self.body(node.body.body)
        if node.orelse is not None:
            self._suite(node.orelse.body)

    def _with(self, node: cst.With) -> None:
        for item in node.items:
            self._expression(item.item)
            if item.asname is not None:
                self._bind(item.asname.name, AssignmentKind.WITH, item.item)
        self.body(node.body.body)

    def _try(self, node: cst.Try | cst.TryStar) -> None:
        leading = self._leading
        self._suite(node.body)
        for handler in node.handlers:
            if handler.type is not None:
                self._expression(handler.type)
            with self._nested_block():
                if handler.name is not None:
                    self._bind(handler.name.name, AssignmentKind.OTHER, None)
                self.body(handler.body.body)
        if node.orelse is not None:
            self._suite(node.orelse.body)
        if node.finalbody is not None:
            self.body(node.finalbody.body.body)
        self._leading = leading

    def _match(self, node: cst.Match) -> None:
        self._expression(node.subject)
        for case in node.cases:
            with self._nested_block():
                self._pattern(case.pattern)
                if case.guard is not None:
                    self._expression(case.guard)
                self.body(case.body.body)

    def _pattern(self, pattern: cst.CSTNode) -> None:
        if isinstance(pattern, (cst.MatchAs, cst.MatchStar)) and pattern.name is not None:
            self._bind(pattern.name, AssignmentKind.OTHER, None)
        if isinstance(pattern, cst.MatchMapping) and pattern.rest is not None:
            self._bind(pattern.rest, AssignmentKind.OTHER, None)
        for child in children(pattern):
            if isinstance(child, cst.BaseExpression):
                if child is not getattr(pattern, "name", None) and child is not getattr(pattern, "rest", None):
                    self._expression(child)
            else:
                self._pattern(child)

    def _definition_uses(self, node: cst.FunctionDef) -> None:
        """What runs in this scope when a function is defined: decorators, defaults, annotations."""
        for decorator in node.decorators:
            self._expression(decorator.decorator)
        self._parameters(node.params, annotations=True)
        if node.returns is not None:
            self._expression(node.returns.annotation)

    def _parameters(self, parameters: cst.Parameters, *, annotations: bool) -> None:
        for parameter in all_parameters(parameters):
            if parameter.default is not None:
                self._expression(parameter.default)
            if annotations and parameter.annotation is not None:
                self._expression(parameter.annotation.annotation)

    def class_header(self, node: cst.ClassDef) -> None:
        """What runs when a class is defined, its body aside."""
        for decorator in node.decorators:
            self._expression(decorator.decorator)
        for argument in (*node.bases, *node.keywords):
            self._expression(argument.value)

    def absorb(self, function: Function, shadowed: set[str]) -> None:
        """Count what a nested function does as done here."""
        for name, nodes in function.uses.items():
            if name not in shadowed:
                self.uses.setdefault(name, []).extend(nodes)
        self.calls.extend(function.calls)
        self.escapes.extend(function.escapes)
        self.writes.extend(function.writes)

    def _import(self, node: cst.Import | cst.ImportFrom, statement: cst.CSTNode) -> None:
        if isinstance(node, cst.Import):
            for alias in node.names:
                module = dotted_name(alias.name)
                bound = dotted_name(alias.asname.name) if alias.asname else module.partition(".")[0]
                self._imported(alias, statement, module, 0, None, bound)
            return
        module, level = dotted_name(node.module), len(node.relative)
        if isinstance(node.names, cst.ImportStar):
            self._imported(node, statement, module, level, "*", "*")
            return
        for alias in node.names:
            name = dotted_name(alias.name)
            bound = dotted_name(alias.asname.name) if alias.asname else name
            self._imported(alias, statement, module, level, name, bound)

    def _imported(
        self, node: Node, statement: Node, module: str, level: int, name: str | None, bound: str
    ) -> None:
        self.imports.append(
            Import(
                node, statement, module, level, name, bound, self._block, self._leading, self.type_checking
            )
        )

    # ------------------------------------------------------------------ targets

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
            ArtifactWrite(node, name, kind, value, elements, annotation, self._order, self._block, self._in_lambda)
        )

    # ------------------------------------------------------------------ expressions

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
                elif node.attr.value == "__dict__":
                    self.escapes.append(node)
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

    def _name(self, node: cst.Name, shadow: frozenset[str]) -> None:
        if node.value in shadow:
            return
        if self._is_self(node):
            self.escapes.append(node)
        else:
            self.uses.setdefault(node.value, []).append(node)

    def _call(self, node: cst.Call) -> list[cst.CSTNode]:
        call = read_call(node)
        if call.name:
            self.calls.append(call)
        takes_self = bool(node.args) and self._is_self(node.args[0].value)
        if takes_self and call.name in ("setattr", "delattr") and len(call.arguments) >= 2:
            self._setattr(call)
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

    def _lambda(self, node: cst.Lambda, shadow: frozenset[str]) -> None:
        self._parameters(node.params, annotations=False)
        names = {parameter.name.value for parameter in all_parameters(node.params)}
        outer, self._in_lambda = self._in_lambda, True
        hidden, self._self = self._self, None if self._self in names else self._self
        self._expression(node.body, shadow | names)
        self._in_lambda, self._self = outer, hidden

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


def _is_string(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString))


def _guards_imports(statement: cst.CSTNode) -> bool:
    """Whether it is a `try` around imports, or what only a type checker runs."""
    if isinstance(statement, cst.If):
        return _is_type_checking(statement.test)
    return isinstance(statement, (cst.Try, cst.TryStar)) and all(
        isinstance(line, cst.SimpleStatementLine)
        and all(isinstance(small, (cst.Import, cst.ImportFrom)) for small in line.body)
        for line in statement.body.body
    )


def _is_main_guard(test: cst.BaseExpression) -> bool:
    if isinstance(test, cst.BooleanOperation):
        return _is_main_guard(test.left) or _is_main_guard(test.right)
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return False
    comparison = test.comparisons[0]
    sides = (test.left, comparison.comparator)
    return (
        isinstance(comparison.operator, cst.Equal)
        and "__name__" in map(dotted_name, sides)
        and "__main__" in map(literal, sides)
    )


def _is_type_checking(test: cst.BaseExpression) -> bool:
    return dotted_name(test).rpartition(".")[2] == "TYPE_CHECKING"


