"""One pass over the statements of one scope: a module, a class body, a function.

A `Scope` collects facts as they come; `reader` asks it for them at the end. Nested functions and classes are
read by the `Nested` callbacks that the reader hands in, so that this module knows scoping and nothing of
Metaflow but `self`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Protocol

import libcst as cst

from mflint.expressions import ExpressionReader, Facts
from mflint.model import AssignmentKind, Call, Class, Function, Import, Node
from mflint.syntax import children, dotted_name, literal

_LEADING = (cst.Import, cst.ImportFrom, cst.Global, cst.Nonlocal)
"""What may stand above an import at the top of a scope, strings aside."""


class ScopeKind(Enum):
    """What a scope belongs to. Annotations of variables are evaluated everywhere but in a function."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"


class Nested(Protocol):
    """How the definitions inside a scope are read."""

    def function(self, node: cst.FunctionDef, outer: Scope) -> Function:
        """Read a function whose enclosing scope is `outer`."""

    def klass(self, node: cst.ClassDef, outer: Scope) -> Class:
        """Read a class whose enclosing scope is `outer`."""


class Scope(ExpressionReader):
    """The facts of one scope, in source order."""

    def __init__(self, kind: ScopeKind, nested: Nested, self_name: str | None = None) -> None:
        super().__init__(self_name, in_order=kind is ScopeKind.CLASS)
        self._kind = kind
        self._nested = nested
        self.returns: list[Node] = []
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.outer_names: set[str] = set()
        self.guard_uses: Facts = {}
        self.guard_calls: list[Call] = []
        self.type_checking = False
        self.statements = 0
        self._blocks = 0
        self._leading = True

    def local_names(self) -> set[str]:
        """The names that this scope binds itself."""
        bound = {i.bound for i in self.imports} | set(self.assignments)
        return bound - self.outer_names

    def body(self, statements: Iterable[cst.CSTNode]) -> None:
        """Read statements one after the other."""
        for statement in statements:
            if isinstance(statement, cst.SimpleStatementLine):
                for small in statement.body:
                    self._small(small, statement)
            elif isinstance(statement, cst.BaseSmallStatement):
                self._small(statement, statement)
            else:
                self.statements += 1
                self._leading = self._leading and _guards_imports(statement)
                self._compound(statement)

    @contextmanager
    def _nested_block(self, *, repeated: bool = False) -> Iterator[None]:
        outer = self._block
        self._blocks += 1
        self._block = (*outer, -self._blocks if repeated else self._blocks)
        yield
        self._block = outer

    def _suite(self, suite: cst.BaseSuite) -> None:
        with self._nested_block():
            self.body(suite.body)

    def _small(self, node: cst.CSTNode, statement: cst.CSTNode) -> None:
        self._leading = self._leading and (isinstance(node, _LEADING) or _is_string(node))
        self.statements += not (isinstance(node, (cst.Import, cst.ImportFrom)) or _is_string(node))
        if isinstance(node, cst.Assign):
            self._expression(node.value)
            for target in node.targets:
                self._bind(target.target, AssignmentKind.PLAIN, node.value)
        elif isinstance(node, cst.AnnAssign):
            self._annotated(node)
        elif isinstance(node, cst.AugAssign):
            if self._is_plain(node.target):
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

    def _is_plain(self, target: cst.CSTNode) -> bool:
        """Whether it is a name or an artifact, which binding alone does not read."""
        return isinstance(target, cst.Name) or (
            isinstance(target, cst.Attribute) and self._is_self(target.value)
        )

    def _annotated(self, node: cst.AnnAssign) -> None:
        if self._kind is not ScopeKind.FUNCTION:
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
        if self._kind is ScopeKind.MODULE and is_main_guard(node.test):
            self._guarded(node)
            return
        self._expression(node.test)
        outer, self.type_checking = self.type_checking, self.type_checking or is_type_checking(node.test)
        self._suite(node.body)
        self.type_checking = outer
        self._orelse(node)

    def _guarded(self, node: cst.If) -> None:
        uses, calls = self.uses, self.calls
        self.uses, self.calls = self.guard_uses, self.guard_calls
        self._expression(node.test)
        self._suite(node.body)
        self.uses, self.calls = uses, calls
        self._orelse(node)

    def _orelse(self, node: cst.If) -> None:
        if isinstance(node.orelse, cst.If):
            with self._nested_block():
                self._if(node.orelse)
        elif node.orelse is not None:
            self._suite(node.orelse.body)

    def _loop(self, node: cst.For | cst.While) -> None:
        if isinstance(node, cst.For):
            self._expression(node.iter)
        else:
            self._expression(node.test)
        with self._nested_block(repeated=True):
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
                if child is not getattr(pattern, "name", None) and child is not getattr(
                    pattern, "rest", None
                ):
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

    def class_header(self, node: cst.ClassDef) -> None:
        """What runs when a class is defined, its body aside."""
        for decorator in node.decorators:
            self._expression(decorator.decorator)
        for argument in (*node.bases, *node.keywords):
            self._expression(argument.value)

    def absorb_uses(self, function: Function, shadowed: set[str]) -> None:
        """Count the names that a function in here uses as used here."""
        for name, nodes in function.uses.items():
            if name not in shadowed:
                self.uses.setdefault(name, []).extend(nodes)

    def absorb(self, function: Function, shadowed: set[str]) -> None:
        """Count all that a nested function does as done here."""
        self.absorb_uses(function, shadowed)
        self.calls.extend(function.calls)
        self.escapes.extend(function.escapes)
        self.writes.extend(function.writes)
        self.reads.extend(function.reads)
        self.statements += function.statements

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


def _is_string(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString))


def _guards_imports(statement: cst.CSTNode) -> bool:
    """Whether it is a `try` around imports, or what only a type checker runs."""
    if isinstance(statement, cst.If):
        return is_type_checking(statement.test)
    return isinstance(statement, (cst.Try, cst.TryStar)) and all(
        isinstance(line, cst.SimpleStatementLine)
        and all(isinstance(small, (cst.Import, cst.ImportFrom)) for small in line.body)
        for line in statement.body.body
    )


def is_main_guard(test: cst.BaseExpression) -> bool:
    """Whether `test` compares `__name__` with `"__main__"`, alone or beside another condition."""
    if isinstance(test, cst.BooleanOperation):
        return is_main_guard(test.left) or is_main_guard(test.right)
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return False
    comparison = test.comparisons[0]
    sides = (test.left, comparison.comparator)
    return (
        isinstance(comparison.operator, cst.Equal)
        and "__name__" in map(dotted_name, sides)
        and "__main__" in map(literal, sides)
    )


def is_type_checking(test: cst.BaseExpression) -> bool:
    """Whether `test` is true for type checkers only."""
    return dotted_name(test).rpartition(".")[2] == "TYPE_CHECKING"
