"""Where the steps of a flow change the namespace of Metaflow's client, and whether they change it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mflint.bodies import Body
from mflint.model import Call, Flow, FlowFile, Function, Literal, Node
from mflint.names import Defined, NameResolver
from mflint.reach import reached_functions

_MAX_DEPTH = 8


@dataclass(frozen=True)
class NamespaceChange:
    """A call of `namespace`; the argument `namespace` is UNKNOWN where it is computed."""

    node: Node
    file: FlowFile
    step: str
    namespace: Literal
    is_set_again: bool
    """Whether something sets it again afterwards, or may."""


def namespace_changes(flow: Flow, names: NameResolver) -> Iterator[NamespaceChange]:
    """The changes in the steps and in the methods that they call."""
    functions = list(reached_functions(flow))
    steps = {step.function for step in flow.steps.values()}
    setters = _Setters(flow, names)
    for function, file, step in functions:
        others = [Body(f, other) for other, f, _ in functions if other is not function]
        body = Body(file, function)
        for index, call in enumerate(function.calls):
            if body.qualified(call.node.func, names) != "metaflow.namespace" or not call.arguments:
                continue
            later = any(setters.sets(body, other, 0) for other in function.calls[index + 1 :])
            elsewhere = function not in steps and any(setters.in_body(other, 0) for other in others)
            yield NamespaceChange(call.node, file, step, call.arguments[0].value, later or elsewhere)


@dataclass(frozen=True)
class _Setters:
    """Which calls set a namespace: those of Metaflow's functions, and of what calls them in turn."""

    flow: Flow
    names: NameResolver

    def sets(self, body: Body, call: Call, depth: int) -> bool:
        """Whether the call sets a namespace other than None, in the end."""
        meaning = body.meaning(call.node.func, self.names)
        if isinstance(meaning, Defined):
            called = meaning.definition
            return isinstance(called, Function) and self.in_body(Body(meaning.file, called), depth + 1)
        owner, _, method = call.name.partition(".")
        self_name = body.function.signature.first if body.function is not None else None
        if owner == self_name and method in self.flow.methods:
            function, file = self.flow.methods[method]
            return self.in_body(Body(file, function), depth + 1)
        name = body.qualified(call.node.func, self.names)
        if name == "metaflow.namespace":
            return bool(call.arguments) and call.arguments[0].value is not None
        return name == "metaflow.default_namespace"

    def in_body(self, body: Body, depth: int) -> bool:
        """Whether a function sets one; past some depth of calls it is taken to."""
        if depth > _MAX_DEPTH:
            return True
        return body.function is not None and any(self.sets(body, c, depth) for c in body.function.calls)
