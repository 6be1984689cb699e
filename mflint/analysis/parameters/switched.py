"""Which branches, limits and slices of a function one boolean artifact decides, whatever else holds.

A place that anything but a comparison of sizes leads to may be one that production never comes to, so it
does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import libcst as cst

from mflint.analysis.parameters.truth import evaluate
from mflint.model import UNKNOWN, AssignmentKind, Function, Literal
from mflint.syntax import below, children, dotted_name, literal, names_in, read_call

_ALIASING = {AssignmentKind.PLAIN, AssignmentKind.ANNOTATED, AssignmentKind.WALRUS}
_SIZES = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
_LOGGING = {"critical", "debug", "error", "exception", "info", "log", "warn", "warning"}
_LEAVING = (cst.Return, cst.Raise, cst.Break, cst.Continue)


def is_logging(node: cst.CSTNode) -> bool:
    """Whether it is a call that only tells somebody something: `print`, a logger's method, a card."""
    name = dotted_name(node.func) if isinstance(node, cst.Call) else ""
    owner, _, method = name.rpartition(".")
    return name == "print" or (bool(owner) and method in _LOGGING) or name.startswith("current.card")


def switched_places(function: Function, artifact: str) -> Iterator[cst.CSTNode]:
    """The conditions that come out the same way in every run where the artifact is true."""
    return _Search(function, artifact).block(function.node.body.body, reached=True)


def handed_to(function: Function, artifact: str) -> Iterator[str]:
    """The functions that are called with the artifact and whose result nobody takes: they may raise."""
    search = _Search(function, artifact)
    for node in below(function.node.body):
        call = node.value if isinstance(node, cst.Expr) else None
        if not isinstance(call, cst.Call) or is_logging(call):
            continue
        if any(search.is_artifact(argument.value) for argument in call.args):
            yield dotted_name(call.func)


class _Search:
    def __init__(self, function: Function, artifact: str) -> None:
        self._self = function.signature.first
        self._artifact = artifact
        self._aliases: frozenset[str] = frozenset()
        self._aliases = frozenset(
            name
            for name, assignments in function.assignments.items()
            if len(assignments) == 1
            and assignments[0].kind in _ALIASING
            and assignments[0].value is not None
            and not assignments[0].elements
            and self.is_artifact(assignments[0].value)
        )
        self._reports = _only_logged(function)

    def block(self, statements: Iterable[cst.CSTNode], *, reached: bool) -> Iterator[cst.CSTNode]:
        """The places in `statements`, which are `reached` in production as well."""
        for statement in statements:
            if isinstance(statement, cst.SimpleStatementLine):
                yield from self.block(statement.body, reached=reached)
            elif isinstance(statement, cst.If):
                yield from self._if(statement, reached)
                reached = reached and not (self._may_keep_out(statement.test) and _leaves(statement))
            elif isinstance(statement, cst.While):
                if reached and self._decides(statement.test):
                    yield statement.test
                inside = reached and not self._may_keep_out(statement.test)
                yield from self.block(statement.body.body, reached=inside)
            elif isinstance(statement, cst.Match):
                if reached and self._known(statement.subject) is True:
                    yield statement.subject
            elif isinstance(statement, (cst.For, cst.With, cst.Try, cst.TryStar, cst.FunctionDef)):
                yield from self._compound(statement, reached)
            elif reached and not isinstance(statement, cst.ClassDef):
                yield from self._small(statement)

    def _if(self, statement: cst.If, reached: bool) -> Iterator[cst.CSTNode]:
        if reached and self._decides(statement.test) and not _only_logs(statement):
            yield statement.test
        inside = reached and not self._may_keep_out(statement.test)
        yield from self.block(statement.body.body, reached=inside)
        if isinstance(statement.orelse, cst.If):
            yield from self._if(statement.orelse, inside)
        elif statement.orelse is not None:
            yield from self.block(statement.orelse.body.body, reached=inside)

    def _compound(self, statement: cst.CSTNode, reached: bool) -> Iterator[cst.CSTNode]:
        for child in children(statement):
            if isinstance(child, cst.BaseSuite):
                yield from self.block(child.body, reached=reached)
            elif isinstance(child, (cst.Else, cst.Finally, cst.ExceptHandler, cst.ExceptStarHandler)):
                yield from self.block(child.body.body, reached=reached)
            elif reached and isinstance(child, (cst.BaseExpression, cst.WithItem)):
                yield from self._expression(child)

    def _small(self, statement: cst.CSTNode) -> Iterator[cst.CSTNode]:
        if not self._is_read_in(statement):
            return
        target = statement.targets[0].target if isinstance(statement, cst.Assign) else None
        if not (isinstance(target, cst.Name) and target.value in self._reports):
            yield from self._expression(statement)

    def _expression(self, root: cst.CSTNode) -> Iterator[cst.CSTNode]:
        stack = [root]
        while stack:
            node = stack.pop()
            if is_logging(node):
                continue
            if self._switches(node):
                yield node.test if isinstance(node, (cst.IfExp, cst.CompIf)) else node
            if isinstance(node, cst.IfExp) and self._may_keep_out(node.test):
                continue
            if isinstance(node, cst.BooleanOperation) and self._may_keep_out(node.left):
                stack.append(node.left)
                continue
            stack.extend(reversed(list(children(node))))

    def _is_read_in(self, root: cst.CSTNode) -> bool:
        return any(map(self.is_artifact, below(root)))

    def _switches(self, node: cst.CSTNode) -> bool:
        """Whether the value that `node` gives is chosen by the artifact."""
        if isinstance(node, (cst.IfExp, cst.CompIf)):
            return self._decides(node.test)
        if isinstance(node, cst.BooleanOperation):
            return self._known(node.left) is True and _is_number(node.right)
        if isinstance(node, cst.Subscript) and len(node.slice) == 1:
            index = node.slice[0].slice
            chosen = isinstance(index, cst.Index) and self._known(index.value) is True
            return chosen and isinstance(node.value, (cst.Tuple, cst.List, cst.Dict))
        return False

    def _known(self, node: cst.CSTNode, assumed: Literal = True) -> Literal:
        return assumed if self.is_artifact(node) else UNKNOWN

    def is_artifact(self, node: cst.CSTNode) -> bool:
        """Whether the value of `node` is the artifact's."""
        if isinstance(node, cst.Name):
            return node.value in self._aliases
        if isinstance(node, cst.Attribute):
            return dotted_name(node) == f"{self._self}.{self._artifact}"
        if not isinstance(node, cst.Call):
            return False
        call = read_call(node)
        if call.name == "bool" and len(call.arguments) == 1:
            return self.is_artifact(call.arguments[0].node)
        if call.name != "getattr" or len(call.arguments) < 2:
            return False
        return dotted_name(call.arguments[0].node) == self._self and call.arguments[1].value == self._artifact

    def _outcome(self, test: cst.CSTNode, artifact: bool, sizes: bool) -> Literal:
        """What `test` gives for a value of the artifact, where all comparisons of sizes give `sizes`."""

        def known(node: cst.CSTNode) -> Literal:
            return sizes if _compares_sizes(node) else self._known(node, artifact)

        found = evaluate(test, known)
        return found if found is UNKNOWN else bool(found)

    def _decides(self, test: cst.CSTNode) -> bool:
        for sizes in (True, False):
            outcome = self._outcome(test, True, sizes)
            if outcome is not UNKNOWN and self._outcome(test, False, sizes) is not outcome:
                return True
        return False

    def _may_keep_out(self, test: cst.CSTNode) -> bool:
        """Whether something that may stand for production decides what comes behind `test`."""
        return self._outcome(test, True, True) is UNKNOWN or self._outcome(test, True, False) is UNKNOWN


def _compares_sizes(node: cst.CSTNode) -> bool:
    """Whether it says which of two is larger, which says nothing of production."""
    if not isinstance(node, cst.Comparison) or not all(
        isinstance(p.operator, _SIZES) for p in node.comparisons
    ):
        return False
    return all(dotted_name(part.func) == "len" for part in below(node) if isinstance(part, cst.Call))


def _is_number(node: cst.CSTNode) -> bool:
    found = literal(node)
    return isinstance(found, (int, float)) and not isinstance(found, bool)


def _only_logs(statement: cst.If) -> bool:
    orelse = statement.orelse
    quiet = all(map(_is_quiet, statement.body.body))
    if isinstance(orelse, cst.If):
        return quiet and _only_logs(orelse)
    return quiet and (orelse is None or all(map(_is_quiet, orelse.body.body)))


def _is_quiet(statement: cst.CSTNode) -> bool:
    if isinstance(statement, cst.SimpleStatementLine):
        return all(map(_is_quiet, statement.body))
    if isinstance(statement, cst.Expr):
        return is_logging(statement.value) or literal(statement.value) is not UNKNOWN
    return isinstance(statement, cst.Pass)


def _leaves(statement: cst.If) -> bool:
    return any(
        isinstance(node, _LEAVING) or (isinstance(node, cst.Call) and dotted_name(node.func).endswith("exit"))
        for node in below(statement, (cst.FunctionDef, cst.ClassDef, cst.Lambda))
    )


def _only_logged(function: Function) -> frozenset[str]:
    """The local names that logging reads and nothing else does."""
    everywhere = Counter(name.value for name in names_in(function.node.body))
    logged: Counter[str] = Counter()
    pending: list[cst.CSTNode] = [function.node.body]
    while pending:
        node = pending.pop()
        if is_logging(node):
            logged.update(name.value for name in names_in(node))
        else:
            pending.extend(children(node))
    return frozenset(
        name
        for name, assignments in function.assignments.items()
        if logged[name] and everywhere[name] == logged[name] + len(assignments)
    )
