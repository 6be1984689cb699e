"""The clients `metaflow.S3` that a function makes, and what becomes of them there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.steps.bodies import Body
from mflint.model import Call, Node
from mflint.names import NameResolver
from mflint.syntax import children, read_call

_CLOSING = {"close", "__enter__", "__exit__"}


@dataclass(frozen=True)
class S3Client:
    """One call of `S3`. `methods` are the names of those that are called on it.

    `managed` tells that something closes it, or may: it is a context manager, it is closed by hand, or other
    code gets hold of it.
    """

    call: Call
    methods: frozenset[str]
    managed: bool
    lost: bool
    """Whether other code gets hold of it, so that `methods` may not be all."""


def s3_clients(body: Body, names: NameResolver) -> Iterator[S3Client]:
    """The clients that the function makes, in the order written."""
    if body.function is None or not any(
        body.qualified(call.node.func, names) == "metaflow.S3" for call in body.function.calls
    ):
        return
    parents = {child: node for node in body.nodes() for child in children(node)}
    for node in list(parents):
        if isinstance(node, cst.Call) and body.qualified(node.func, names) == "metaflow.S3":
            yield _client(node, _Uses(body, parents))


@dataclass(frozen=True)
class _Uses:
    body: Body
    parents: dict[Node, Node]

    def of_value(self, node: Node, seen: frozenset[str] = frozenset()) -> tuple[set[str], bool, bool]:
        """What is done with the value of an expression: methods used, whether it is managed, or lost."""
        parent = self.parents.get(node)
        if isinstance(parent, cst.Attribute) and parent.value is node:
            method = parent.attr.value
            return {method}, method in _CLOSING, method == "__enter__"
        if isinstance(parent, cst.WithItem):
            if parent.asname is None:
                return set(), True, False
            methods, _, lost = self.of_name(parent.asname.name, seen)
            return methods, True, lost
        if isinstance(parent, cst.AssignTarget):
            return set(), False, False
        if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
            return self.of_name(parent.targets[0].target, seen)
        if isinstance(parent, cst.AnnAssign):
            return self.of_name(parent.target, seen)
        return set(), not isinstance(parent, cst.Expr), not isinstance(parent, cst.Expr)

    def of_name(self, target: Node, seen: frozenset[str]) -> tuple[set[str], bool, bool]:
        """What is done with the variable `target`; of anything else than a variable that is not followed."""
        if not isinstance(target, cst.Name):
            return set(), True, True
        methods, managed, lost = set[str](), False, False
        if target.value in seen:
            return methods, managed, lost
        for node, parent in self.parents.items():
            if not isinstance(node, cst.Name) or node.value != target.value or self._binds(node, parent):
                continue
            more, manages, loses = self.of_value(node, seen | {target.value})
            methods, managed, lost = methods | more, managed or manages, lost or loses
        return methods, managed, lost

    def _binds(self, node: Node, parent: Node) -> bool:
        bound = isinstance(parent, (cst.AssignTarget, cst.AsName))
        return bound or (isinstance(parent, cst.AnnAssign) and parent.target is node)


def _client(node: cst.Call, uses: _Uses) -> S3Client:
    methods, managed, lost = uses.of_value(node)
    return S3Client(read_call(node), frozenset(methods), managed, lost)
