"""Where the steps of a flow change the namespace of Metaflow's client, and whether they change it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mflint.analysis.steps.bodies import Body
from mflint.analysis.steps.reach import reached_functions
from mflint.model import Call, Flow, FlowFile, Function, Literal, Node
from mflint.names import Defined, NameResolver


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
            later = setters.any_of(function.calls[index + 1 :], body)
            if function not in steps:
                later = later or any(setters.any_of(o.function.calls, o) for o in others if o.function)
            yield NamespaceChange(call.node, file, step, call.arguments[0].value, later)


@dataclass(frozen=True)
class _Setters:
    """Which calls set a namespace: those of Metaflow's functions, and of what calls them in turn."""

    flow: Flow
    names: NameResolver

    def any_of(self, calls: Iterable[Call], body: Body) -> bool:
        """Whether one of the calls, made in `body`, sets a namespace other than None in the end."""
        pending = [(call, body) for call in calls]
        seen: set[Function] = set()
        while pending:
            call, caller = pending.pop()
            if self._sets(call, caller):
                return True
            called = self._called(call, caller)
            if called is not None and called.function is not None and called.function not in seen:
                seen.add(called.function)
                pending.extend((inner, called) for inner in called.function.calls)
        return False

    def _sets(self, call: Call, body: Body) -> bool:
        name = body.qualified(call.node.func, self.names)
        if name == "metaflow.namespace":
            return bool(call.arguments) and call.arguments[0].value is not None
        return name == "metaflow.default_namespace"

    def _called(self, call: Call, body: Body) -> Body | None:
        """The function of the project that a call calls."""
        owner, _, method = call.name.partition(".")
        self_name = body.function.signature.first if body.function is not None else None
        if owner == self_name and method in self.flow.methods:
            function, file = self.flow.methods[method]
            return Body(file, function)
        meaning = body.meaning(call.node.func, self.names)
        if isinstance(meaning, Defined) and isinstance(meaning.definition, Function):
            return Body(meaning.file, meaning.definition)
        return None
