"""Decides how a flow is run: its parameters, its working directory, or why it cannot be run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mflint.analysis.decorators.packages import declared_packages
from mflint.analysis.parameters.test_mode import declared, suggestion
from mflint.model import Flow, Parameter, ParameterKind, normalised
from pytest_metaflow.notes import NO_TEST_MODE, PACKAGES, Note
from pytest_metaflow.packages import Comparison, compare
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.settings import FlowSettings, ProjectSettings
from pytest_metaflow.words import did_you_mean


class CannotRun(Exception):
    """The flow is not run, and its test fails; the message says what to do about it."""


class NotWanted(Exception):
    """The flow is not run, and its test is skipped; the message is the reason."""


@dataclass(frozen=True)
class Session:
    """What holds for all flows of a session: options and ini values. Paths are absolute."""

    root: Path
    test_mode_parameter: str
    paths: tuple[Path, ...] = ()
    """Where flows are looked for when no path is given; empty for the root."""
    missing_test_mode: str = "fail"
    """`fail`, `skip` or `run`."""
    missing_packages: str = "fail"
    """`fail` or `skip`."""
    timeout: float = 300.0
    """Seconds."""
    keep: str = "none"
    """Whose data is kept: `failed`, `all` or `none`."""
    cwd: str = ""
    """`root` or `flow`; empty to decide by the files that the flow reads."""
    retries: bool = False
    python_path: tuple[Path, ...] = ()
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of the command line, by flow."""
    project: ProjectSettings = field(default_factory=ProjectSettings)


@dataclass(frozen=True)
class Decision:
    """How a flow is run, and what the report says about it whatever comes of the run."""

    plan: RunPlan
    notes: tuple[Note, ...]


def decide(flow: Flow, session: Session) -> Decision:
    """The plan of a flow's run. Raises CannotRun or NotWanted."""
    settings = session.project.of(_relative(flow.file.path, session.root), flow.name)
    given = _given(flow, session, settings)
    test_mode = _test_mode(flow, session, given)
    _require_values(flow, given)
    packages = _check_packages(flow, session)
    configs = {name: value for name, value in given.items() if _kind(flow, name) is ParameterKind.CONFIG}
    plan = RunPlan(
        file=flow.file.path,
        flow=flow.name,
        cwd=_working_directory(flow, session),
        parameters={name: value for name, value in given.items() if name not in configs} | test_mode,
        configs=configs,
        timeout=settings.timeout or session.timeout,
        environment=settings.environment,
        secrets=settings.secrets,
        trigger=settings.trigger,
        python_path=session.python_path,
        retries=session.retries,
    )
    known = bool(test_mode) or any(_same(name, session.test_mode_parameter) for name in given)
    return Decision(plan, tuple(_notes(known, packages)))


def _notes(test_mode: bool, packages: Comparison) -> Iterator[Note]:
    if packages.differing:
        yield Note(PACKAGES, ", ".join(str(package) for package in packages.differing))
    if not test_mode:
        yield Note(NO_TEST_MODE, "ran without a test mode")


def _relative(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()


def _given(flow: Flow, session: Session, settings: FlowSettings) -> dict[str, Any]:
    """The values given by the user, under the names of the command line; the command line goes first."""
    found: dict[str, Any] = {}
    for source in (settings.parameters, session.parameters.get(flow.name, {})):
        for name, value in source.items():
            found[_name_in_flow(flow, name)] = value
    return found


def _name_in_flow(flow: Flow, name: str) -> str:
    parameter = flow.parameter(name)
    if parameter is not None:
        return str(parameter.name)
    known = tuple(_known_names(flow))
    if not flow.unknown_parameters and len(known) == len(flow.parameters):
        raise CannotRun(f'{flow.name} has no parameter "{name}"{did_you_mean(name, known)}.')
    return name


def _known_names(flow: Flow) -> Iterator[str]:
    return (parameter.name for parameter in flow.parameters if isinstance(parameter.name, str))


def _kind(flow: Flow, name: str) -> ParameterKind:
    parameter = flow.parameter(name)
    return ParameterKind.PARAMETER if parameter is None else parameter.kind


def _same(first: str, second: str) -> bool:
    return normalised(first) == normalised(second)


def _test_mode(flow: Flow, session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    """The test-mode parameter to pass: none where a value is given or the flow may run without one."""
    name = session.test_mode_parameter
    if any(_same(name, known) for known in given):
        return {}
    parameter = declared(flow, name)
    if parameter is not None:
        return {str(parameter.name): True}
    if session.missing_test_mode == "skip":
        raise NotWanted(f"{flow.name} has no parameter {name}")
    if session.missing_test_mode == "fail":
        raise CannotRun(_without_test_mode(flow, name))
    return {}


def _without_test_mode(flow: Flow, name: str) -> str:
    run_anyway = "To run it as it is: --metaflow-missing-test-mode=run"
    if flow.unknown_parameters:
        reasons = "; ".join(flow.unknown_parameters)
        return (
            f'Whether {flow.name} has a parameter "{name}" cannot be seen: {reasons}.\n'
            "If it has, say so in pyproject.toml:\n\n"
            f"    [tool.pytest_metaflow.flows.{flow.name}]\n"
            f"    parameters = {{ {name} = true }}\n\n"
            f"{run_anyway}"
        )
    return (
        f'{flow.name} has no parameter "{name}", so a run of it would be a real one.\n'
        "Add it to the class, and let the steps do little where it is set:\n\n"
        f"    {suggestion(flow, name)}\n\n"
        f"{run_anyway}"
    )


def _require_values(flow: Flow, given: Mapping[str, Any]) -> None:
    missing = [p for p in flow.parameters if p.needs_value and str(p.name) not in given]
    if missing:
        raise CannotRun(_without_value(flow, missing[0]))


def _without_value(flow: Flow, parameter: Parameter) -> str:
    name = parameter.name if isinstance(parameter.name, str) else parameter.attribute
    kind = "parameter" if parameter.kind is ParameterKind.PARAMETER else parameter.kind.value
    return (
        f'{flow.name} needs a value for its {kind} "{name}". Give one on the command line:\n\n'
        f"    --metaflow-param {flow.name}.{name}=VALUE\n\n"
        "or in pyproject.toml:\n\n"
        f"    [tool.pytest_metaflow.flows.{flow.name}]\n"
        f"    parameters = {{ {name} = VALUE }}"
    )


def _check_packages(flow: Flow, session: Session) -> Comparison:
    found = compare(declared_packages(flow))
    if not found.missing:
        return found
    names = ", ".join(
        f"{p.name} {p.version}".strip() + f" (@{p.decorator}{f' on {p.step}' if p.step else ''})"
        for p in found.missing
    )
    if session.missing_packages == "skip":
        raise NotWanted(f"{flow.name} declares packages that are not installed: {names}")
    raise CannotRun(
        f"{flow.name} declares packages that are not installed: {names}.\n"
        "Install them where pytest runs, or skip such flows: metaflow_missing_packages = skip"
    )


def _working_directory(flow: Flow, session: Session) -> Path:
    """The root directory, unless a file that the flow names lies in the flow's folder and not in the root."""
    folder = flow.file.path.parent
    if session.cwd:
        return folder if session.cwd == "flow" else session.root
    files = [Path(value) for value in _literal_files(flow)]
    beside = any((folder / file).exists() and not (session.root / file).exists() for file in files)
    return folder if beside else session.root


def _literal_files(flow: Flow) -> Iterator[str]:
    for parameter in flow.parameters:
        default = parameter.default
        if parameter.kind is not ParameterKind.PARAMETER and default and isinstance(default.value, str):
            yield default.value
