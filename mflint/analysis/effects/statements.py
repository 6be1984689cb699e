"""The effects of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import libcst as cst

from mflint.analysis.effects.expressions import ExpressionEffects
from mflint.analysis.effects.inputs import Source
from mflint.analysis.steps.exceptions import catches, handled, suppressed
from mflint.expressions import all_parameters
from mflint.model import AssignmentKind, Function
from mflint.model.effects import (
    NOTHING,
    Alternative,
    Check,
    Choice,
    Effect,
    Exit,
    ExitKind,
    Handler,
    Loop,
    OtherCall,
    Try,
)
from mflint.syntax import children, dotted_name, literal

_EXITS: dict[type[cst.CSTNode], ExitKind] = {
    cst.Return: ExitKind.RETURN,
    cst.Raise: ExitKind.RAISE,
    cst.Break: ExitKind.BREAK,
    cst.Continue: ExitKind.CONTINUE,
}


class StatementReader(ExpressionEffects):
    """Reads the statements of one function."""

    def __init__(self, self_name: str | None, inputs: str | None, function: Function) -> None:
        super().__init__(self_name, inputs, function)
        self._assigned = {
            name: {assignment.kind for assignment in found} for name, found in function.assignments.items()
        }
        self._once = {name for name, found in function.assignments.items() if len(found) == 1}

    def block(self, statements: Iterable[cst.CSTNode]) -> Effect:
        """The effects of statements, one after the other."""
        return self.collected(lambda: self._statements(statements))

    def _statements(self, statements: Iterable[cst.CSTNode]) -> None:
        for statement in statements:
            if isinstance(statement, cst.SimpleStatementLine):
                for small in statement.body:
                    self._statement(small)
            else:
                self._statement(statement)

    def _statement(self, node: cst.CSTNode) -> None:
        handler = _STATEMENTS.get(type(node))
        if handler is not None:
            handler(self, node)
        elif type(node) in _EXITS:
            self.expressions(children(node))
            self.emit(Exit(_EXITS[type(node)]))
        elif not isinstance(node, (cst.Import, cst.ImportFrom, cst.Global, cst.Nonlocal)):
            self.expressions(children(node))

    def assign(self, node: cst.Assign) -> None:
        """`a = b = value`"""
        self.expression(node.value)
        source = self.sources.of(node.value)
        for target in node.targets:
            place = target.target
            self.target(place)
            if source is not None and isinstance(place, cst.Name) and place.value in self._once:
                self.sources.names[place.value] = source

    def annotated(self, node: cst.AnnAssign) -> None:
        """`a: int = value`"""
        if node.value is not None:
            self.expression(node.value)
            self.target(node.target)

    def augmented(self, node: cst.AugAssign) -> None:
        """`a += value`"""
        self.expressions([node.target, node.value])
        self.target(node.target)

    def alone(self, node: cst.Expr) -> None:
        """An expression as a statement."""
        self.expression(node.value)
        callee = dotted_name(node.value.func) if isinstance(node.value, cst.Call) else ""
        if callee and callee.partition(".")[0] != self.self_name:
            self.emit(OtherCall(callee))

    def deleted(self, node: cst.Del) -> None:
        """`del a`"""
        self.delete(node.target)

    def asserted(self, node: cst.Assert) -> None:
        """`assert test`"""
        self.expression(node.test)
        self.emit(Check(self.guards.of(node.test)[0]))

    def conditional(self, node: cst.If) -> None:
        """An `if` with its `elif` and `else`."""
        alternatives: list[Alternative] = []
        current: cst.If | cst.Else | None = node
        while isinstance(current, cst.If):
            value = _truth(current.test)
            if value is True:
                break
            if value is None:
                holds, fails = self.guards.of(current.test)
                body = self.block(current.body.body)
                alternatives.append(Alternative(self.of(current.test), holds, fails, body))
            current = current.orelse
        rest = self.block(current.body.body) if current is not None else None
        self._choice(alternatives, rest)

    def _choice(self, alternatives: list[Alternative], rest: Effect | None) -> None:
        if alternatives:
            self.emit(Choice(tuple(alternatives), rest))
        elif rest is not None and rest is not NOTHING:
            self.emit(rest)

    def match(self, node: cst.Match) -> None:
        """A `match` statement."""
        self.expression(node.subject)
        alternatives: list[Alternative] = []
        rest: Effect | None = None
        for case in node.cases:
            body = self.block(case.body.body)
            if case.guard is None and _takes_all(case.pattern):
                rest = body
                break
            test = self.of(case.pattern, *([case.guard] if case.guard is not None else []))
            alternatives.append(Alternative(test, frozenset(), frozenset(), body))
        self._choice(alternatives, rest)

    def repeated(self, node: cst.For) -> None:
        """A `for` loop."""
        self.expression(node.iter)
        names = {
            name: source
            for name, source in self.sources.elements(node.target, node.iter)
            if self._assigned.get(name, set()) <= {AssignmentKind.LOOP}
        }

        def body() -> None:
            self.target(node.target)
            self._statements(node.body.body)

        effect = self._with_names(names, lambda: self.collected(body))
        inputs = self.sources.iterates_all(node.iter)
        self.emit(Loop(effect, self._orelse(node.orelse), inputs=inputs))

    def _with_names(self, names: dict[str, Source], read: Callable[[], Effect]) -> Effect:
        return self.bound(names, read) if names else read()

    def looped(self, node: cst.While) -> None:
        """A `while` loop."""
        forever = _truth(node.test) is True
        self.expression(node.test)
        body = self.collected(lambda: self._statements(node.body.body))
        self.emit(Loop(body, self._orelse(node.orelse), forever=forever))

    def _orelse(self, node: cst.Else | None) -> Effect:
        return self.block(node.body.body) if node is not None else NOTHING

    def guarded(self, node: cst.With) -> None:
        """A `with` statement."""
        for item in node.items:
            self.expression(item.item)
            if item.asname is not None:
                self.target(item.asname.name)
        body = self.block(node.body.body)
        caught = [name for item in node.items for name in suppressed(item.item)]
        if caught:
            self.emit(Try(body, (_handler(NOTHING, caught),), NOTHING, NOTHING))
        elif body is not NOTHING:
            self.emit(body)

    def attempted(self, node: cst.Try | cst.TryStar) -> None:
        """A `try` statement."""
        handlers = tuple(_handler(self.block(h.body.body), handled(h)) for h in node.handlers)
        final = self.block(node.finalbody.body.body) if node.finalbody is not None else NOTHING
        self.emit(Try(self.block(node.body.body), handlers, self._orelse(node.orelse), final))

    def function(self, node: cst.FunctionDef) -> None:
        """A nested function."""
        parameters = all_parameters(node.params)
        self.expressions(d.decorator for d in node.decorators)
        self.expressions(p.default for p in parameters if p.default is not None)
        if self.self_name not in [p.name.value for p in parameters]:
            self.later(lambda: self._statements(node.body.body))

    def klass(self, node: cst.ClassDef) -> None:
        """A nested class."""
        self.expressions(argument.value for argument in (*node.bases, *node.keywords))
        self._statements(node.body.body)


def _truth(test: cst.BaseExpression) -> bool | None:
    """The value of a condition that is a constant."""
    value = literal(test) if isinstance(test, (cst.Name, cst.Integer)) else None
    return bool(value) if isinstance(value, (bool, int)) else None


def _takes_all(pattern: cst.MatchPattern) -> bool:
    return isinstance(pattern, cst.MatchAs) and pattern.pattern is None


def _handler(body: Effect, names: Sequence[str]) -> Handler:
    """What runs where an exception of those names is caught."""
    return Handler(body, any(catches(name, "AttributeError") for name in names), "AttributeError" in names)


_STATEMENTS: dict[type[cst.CSTNode], Callable[..., None]] = {
    cst.Assign: StatementReader.assign,
    cst.AnnAssign: StatementReader.annotated,
    cst.AugAssign: StatementReader.augmented,
    cst.Del: StatementReader.deleted,
    cst.Expr: StatementReader.alone,
    cst.Assert: StatementReader.asserted,
    cst.If: StatementReader.conditional,
    cst.Match: StatementReader.match,
    cst.For: StatementReader.repeated,
    cst.While: StatementReader.looped,
    cst.With: StatementReader.guarded,
    cst.Try: StatementReader.attempted,
    cst.TryStar: StatementReader.attempted,
    cst.FunctionDef: StatementReader.function,
    cst.ClassDef: StatementReader.klass,
}
