"""From a class to a `Flow`: its steps, parameters and decorators, own and inherited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from mflint.declarations import declared_parameters
from mflint.lineage import Lineage, lineage
from mflint.model import (
    AppliedDecorator,
    Assignment,
    AssignmentKind,
    Class,
    Decorator,
    Flow,
    FlowFile,
    Function,
    Step,
)
from mflint.names import Defined, External, NameResolver

STEP = "metaflow.step"

FLOW_DECORATORS = {
    "airflow_external_task_sensor",
    "airflow_s3_key_sensor",
    "conda_base",
    "exit_hook",
    "project",
    "pypi_base",
    "schedule",
    "trigger",
    "trigger_on_finish",
}
"""The class decorators of Metaflow 2.19 (`FLOW_DECORATORS_DESC` in metaflow/plugins/__init__.py)."""


class Surroundings(Protocol):
    """What building a flow asks of its project."""

    names: NameResolver

    def is_subclassed(self, klass: Class) -> bool:
        """Whether another class derives from `klass`."""


def is_flow(klass: Class, file: FlowFile, names: NameResolver) -> bool:
    """Whether the class derives from Metaflow's `FlowSpec`.

    A class with steps and a base class that the source does not show counts too: nothing else takes steps.
    """
    line = lineage(klass, file, names)
    return line.is_flow or (bool(line.unknown) and any(_steps(dict(_members(line)), names)))


def build_flow(klass: Class, file: FlowFile, project: Surroundings) -> Flow:
    """The flow that `klass` of `file` is."""
    names = project.names
    line = lineage(klass, file, names)
    members = dict(_members(line))
    steps = {m.name: m for m in _steps(members, names)}
    decorators = tuple(_class_decorators(line, names))
    unknown = (*line.unknown, *_unknown_decorators(decorators))
    parameters, opaque = declared_parameters(line, names)
    started = klass.name in _started_names(file)
    return Flow(
        definition=klass,
        file=file,
        lineage=tuple((d.definition, d.file) for d in line.classes if isinstance(d.definition, Class)),
        steps=steps,
        methods={
            n: (f, owner.file)
            for n, (f, owner) in members.items()
            if isinstance(f, Function) and n not in steps
        },
        parameters=parameters,
        decorators=decorators,
        step_decorators={
            name: tuple(_applied(s.function.decorators, s.file, names)) for name, s in steps.items()
        },
        unknown=unknown,
        unknown_parameters=(*unknown, *opaque),
        started=started,
        subclassed=not started and project.is_subclassed(klass),
    )


def _members(line: Lineage) -> Iterator[tuple[str, tuple[Function | Assignment, Defined]]]:
    """Each attribute of the class with the definition that wins, from the last class to the first."""
    for owner in reversed(line.classes):
        assert isinstance(owner.definition, Class)
        for name, assignments in owner.definition.attributes.items():
            if assignments[-1].kind not in (AssignmentKind.DECLARED, AssignmentKind.OTHER):
                yield name, (assignments[-1], owner)
        for function in owner.definition.functions:
            yield function.name, (function, owner)


def _steps(members: dict[str, tuple[Function | Assignment, Defined]], names: NameResolver) -> Iterator[Step]:
    for member, owner in members.values():
        if not isinstance(member, Function) or not isinstance(owner.definition, Class):
            continue
        marks = [d for d in member.decorators if names.resolve(owner.file, d.name) == External(STEP)]
        if marks:
            starts, ends = (any(d.argument(k) is True for d in marks) for k in ("start", "end"))
            yield Step(member, owner.definition, owner.file, starts, ends)


def _class_decorators(line: Lineage, names: NameResolver) -> Iterator[AppliedDecorator]:
    for owner in line.classes:
        assert isinstance(owner.definition, Class)
        yield from _applied(owner.definition.decorators, owner.file, names)


def _applied(
    decorators: Iterable[Decorator], file: FlowFile, names: NameResolver
) -> Iterator[AppliedDecorator]:
    for decorator in decorators:
        meaning = names.resolve(file, decorator.name)
        qualified = meaning.qualified if isinstance(meaning, External) else decorator.name
        if qualified != STEP:
            yield AppliedDecorator(qualified, decorator, file)


def _unknown_decorators(decorators: Iterable[AppliedDecorator]) -> Iterator[str]:
    known = {f"metaflow.{name}" for name in FLOW_DECORATORS}
    for applied in decorators:
        if applied.qualified not in known:
            shown = f"@{applied.decorator.name}" if applied.decorator.name else "a computed decorator"
            yield f"{shown} may change the flow"


def _started_names(file: FlowFile) -> set[str]:
    """What the module level and the main guard call, through functions of the file too."""
    functions = {function.name: function for function in file.functions}
    names: set[str] = set()
    pending = [*file.calls, *file.guard_calls]
    while pending:
        name = pending.pop().name
        if name not in names:
            names.add(name)
            if name in functions:
                pending.extend(functions[name].calls)
    return names
