"""Which flows' runs a flow reads through Metaflow's Client, or is triggered by.

A flow counts as read where code that the steps may run, or that runs at import, makes a `Flow`, `Run`,
`Step`, `Task` or `DataArtifact` whose path begins with a name that the source tells. What is computed is not
seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.services.path_texts import Place, texts
from mflint.analysis.steps.bodies import Body
from mflint.lineage import lineage
from mflint.model import Call, Flow, Function, Node
from mflint.names import Defined, Meaning, NameResolver
from mflint.syntax import below, literal, read_call

TRIGGER = "metaflow.trigger_on_finish"

CLIENT = {f"metaflow.{name}" for name in ("Flow", "Run", "Step", "Task", "DataArtifact")}
"""The classes of Metaflow's Client that take a path which begins with a flow's name."""


@dataclass(frozen=True)
class RunsRead:
    """Names of flows in the order met, each once; `triggers` are those of `@trigger_on_finish`."""

    read: tuple[str, ...]
    triggers: tuple[str, ...]

    @property
    def flows(self) -> tuple[str, ...]:
        """All flows of which a run has to be there."""
        return tuple(dict.fromkeys((*self.triggers, *self.read)))


def runs_read(flow: Flow, names: NameResolver) -> RunsRead:
    """The flows whose runs `flow` needs, but for itself: it makes its own earlier runs."""
    read = (name for call, body in _calls(flow, names) for name in _flows_of(call, body, flow, names))
    return RunsRead(_others(read, flow), _others(_triggers(flow, names), flow))


def _others(found: Iterable[str], flow: Flow) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in found if name.isidentifier() and name != flow.name))


def _flows_of(call: Call, body: Body, flow: Flow, names: NameResolver) -> Iterator[str]:
    """The flow in the path that a class of the Client is given: `Flow("Stats")`, `Run(f"Stats/{number}")`."""
    if body.qualified(call.node.func, names) not in CLIENT:
        return
    argument = call.argument("pathspec", 0)
    place = Place(body, flow, names)
    for text in texts(argument.node, place) if argument is not None else ():
        name, slash, _ = text.known.partition("/")
        if slash or text.complete:
            yield name


def _calls(flow: Flow, names: NameResolver) -> Iterator[tuple[Call, Body]]:
    """The calls in all code that may run for the flow, and those in its class bodies."""
    for body in _reached(flow, names):
        yield from ((call, body) for call in _calls_in(body))
    for klass, file in flow.lineage:
        values = (a.value for found in klass.attributes.values() for a in found if a.value is not None)
        for node in (node for value in values for node in below(value) if isinstance(node, cst.Call)):
            yield read_call(node), Body(file, None)


def _calls_in(body: Body) -> tuple[Call, ...]:
    if body.function is not None:
        return body.function.calls
    return (*body.file.calls, *body.file.guard_calls)


def _reached(flow: Flow, names: NameResolver) -> Iterator[Body]:
    """The steps, the methods, functions and helper classes that they name, and the files of all of them."""
    pending = [Body(step.file, step.function) for step in flow.steps.values()]
    pending += [Body(file, None) for _klass, file in flow.lineage]
    for parameter in flow.parameters:
        if parameter.default is not None:
            pending += _defined(Body(flow.file, None).meaning(parameter.default.node, names), names)
    seen: set[Body] = set()
    while pending:
        body = pending.pop(0)
        if body not in seen:
            seen.add(body)
            yield body
            pending += _named(body, flow, names)


def _named(body: Body, flow: Flow, names: NameResolver) -> Iterator[Body]:
    """What a body may run of the project's code."""
    for call in _calls_in(body):
        yield from _defined(body.meaning(call.node.func, names), names)
    if body.function is None:
        return
    yield Body(body.file, None)
    for name in body.function.uses:
        yield from _defined(names.resolve(body.file, name, body.function.imports), names)
    for read in body.function.reads:
        if read.name in flow.methods:
            method, file = flow.methods[read.name]
            yield Body(file, method)


def _defined(meaning: Meaning, names: NameResolver) -> Iterator[Body]:
    """A function of the project, or the methods of a class that is no flow."""
    if not isinstance(meaning, Defined):
        return
    if isinstance(meaning.definition, Function):
        yield Body(meaning.file, meaning.definition)
    elif not lineage(meaning.definition, meaning.file, names).is_flow:
        yield from (Body(meaning.file, method) for method in meaning.definition.functions)


def _triggers(flow: Flow, names: NameResolver) -> Iterator[str]:
    for applied in flow.decorators:
        call = applied.decorator.call
        if applied.qualified == TRIGGER and call is not None:
            for argument in (call.argument("flow"), call.argument("flows")):
                if argument is not None:
                    yield from _triggering(argument.node, Place(Body(applied.file, None), flow, names))


def _triggering(node: Node, place: Place) -> Iterator[str]:
    """`"Stats"`, `"project.branch.Stats"`, `{"name": "Stats", …}` or a list of these."""
    if isinstance(node, cst.List | cst.Tuple):
        for element in node.elements:
            yield from _triggering(element.value, place)
    elif isinstance(node, cst.Dict):
        said = literal(node)
        name = said.get("name") if isinstance(said, dict) else None
        yield from [name] if isinstance(name, str) else []
    else:
        yield from (text.known.rpartition(".")[2] for text in texts(node, place) if text.complete)
