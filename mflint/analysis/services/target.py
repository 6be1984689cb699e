"""What a file uses of Metaflow that the oldest Metaflow to run on does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.services.features import (
    ARGUMENTS,
    CONDA_WITH_PYTHON_3_9,
    MARKED_STEPS,
    NAMES,
    SWITCH,
    Version,
    is_older,
)
from mflint.analysis.steps.bodies import Body, bodies
from mflint.flows import STEP
from mflint.model import AppliedDecorator, Flow, FlowFile, Import, Node, TransitionKind
from mflint.names import External, NameResolver

_MINOR = re.compile(r"\s*(?:==?)?\s*3\.(\d+)(?:\.[\d*]+)?\s*")


@dataclass(frozen=True)
class Newer:
    """A feature in use, and the release that brought it."""

    node: Node
    feature: str
    since: Version


def newer_features(
    file: FlowFile, flows: tuple[Flow, ...], names: NameResolver, target: Version
) -> Iterator[Newer]:
    """What `target` lacks."""
    found = [*_imported(file), *_attributes(file), *_marked_steps(file, names), *_switches(file, flows)]
    for flow in flows:
        found.extend(_arguments(file, flow))
        found.extend(_conda_pythons(file, flow))
    for newer in dict.fromkeys(found):
        if is_older(target, newer.since):
            yield newer


def _imports(file: FlowFile) -> Iterator[Import]:
    yield from file.imports
    for function in (*file.functions, *(f for klass in file.classes for f in klass.functions)):
        yield from function.imports


def _imported(file: FlowFile) -> Iterator[Newer]:
    """Names that a statement imports whatever happens: not under an `if` or in a `try`."""
    for found in _imports(file):
        since = NAMES.get(found.name or "")
        if since is not None and found.module == "metaflow" and not found.level and not found.block:
            yield Newer(found.node, f"`{found.name}`", since)


def _attributes(file: FlowFile) -> Iterator[Newer]:
    """Attributes of the module itself, as in `mf.Config`."""
    modules = {i.bound for i in _imports(file) if i.name is None and i.module == "metaflow" and not i.level}
    for body in bodies(file) if modules else ():
        for node in body.nodes():
            if not isinstance(node, cst.Attribute) or node.attr.value not in NAMES:
                continue
            if (
                isinstance(node.value, cst.Name)
                and node.value.value in modules
                and _is_free(node.value, body)
            ):
                yield Newer(node, f"`{node.attr.value}`", NAMES[node.attr.value])


def _is_free(name: cst.Name, body: Body) -> bool:
    """Whether nothing but an import binds the name."""
    bound = body.function.assignments if body.function is not None else {}
    parameters = body.function.signature if body.function is not None else None
    own = (*parameters.positional_only, *parameters.positional) if parameters is not None else ()
    return name.value not in bound and name.value not in own and name.value not in body.file.assignments


def _marked_steps(file: FlowFile, names: NameResolver) -> Iterator[Newer]:
    for function in (f for klass in file.classes for f in klass.functions):
        for decorator in function.decorators:
            call = decorator.call
            if call is None or names.resolve(file, decorator.name) != External(STEP):
                continue
            for argument in call.arguments:
                if argument.keyword in ("start", "end"):
                    yield Newer(decorator.node, f"`@step({argument.keyword}=...)`", MARKED_STEPS)


def _switches(file: FlowFile, flows: tuple[Flow, ...]) -> Iterator[Newer]:
    for step in (step for flow in flows for step in flow.steps.values()):
        tail = step.function.tail
        if step.file is file and tail is not None and tail.kind is TransitionKind.SWITCH:
            yield Newer(tail.node, "`self.next` with a `condition`", SWITCH)


def _decorators(flow: Flow) -> Iterator[AppliedDecorator]:
    for applied in (*flow.decorators, *(a for found in flow.step_decorators.values() for a in found)):
        if applied.from_metaflow:
            yield applied


def _arguments(file: FlowFile, flow: Flow) -> Iterator[Newer]:
    for applied in _decorators(flow):
        for argument in applied.decorator.call.arguments if applied.decorator.call is not None else ():
            feature = f"{applied.name}.{argument.keyword}"
            if applied.file is file and feature in ARGUMENTS:
                yield Newer(argument.node, f"`{argument.keyword}` of `@{applied.name}`", ARGUMENTS[feature])


def _conda_pythons(file: FlowFile, flow: Flow) -> Iterator[Newer]:
    """`@conda` with Python 3.9 or later, where no package of the flow's own overrides what it adds."""
    condas = [a for a in _decorators(flow) if a.name in ("conda", "conda_base")]
    for applied in condas:
        for key in ("libraries", "packages"):
            packages = applied.decorator.argument(key)
            if packages is not None and (not isinstance(packages, dict) or "coverage" in packages):
                return
    for applied in condas:
        python = applied.decorator.argument("python")
        minor = _MINOR.fullmatch(python) if isinstance(python, str) else None
        if applied.file is file and minor is not None and int(minor[1]) >= 9:
            feature = f"`@{applied.name}` with Python 3.{minor[1]}"
            yield Newer(applied.decorator.node, feature, CONDA_WITH_PYTHON_3_9)
