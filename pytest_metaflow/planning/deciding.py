"""Decides how a flow is run: its working directory, what it is given, or why it cannot be run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mflint.analysis.decorators.packages import declared_packages
from mflint.analysis.parameters.test_mode import declared
from mflint.model import Flow, ParameterKind
from pytest_metaflow.contracts.levels import contracts_of
from pytest_metaflow.plan import Debugging, RunPlan, TaskSetup
from pytest_metaflow.planning import inputs
from pytest_metaflow.planning.packages import Comparison, compare
from pytest_metaflow.planning.refusals import CannotRun as CannotRun
from pytest_metaflow.planning.refusals import NotWanted as NotWanted
from pytest_metaflow.results.expectations import expect_a_step
from pytest_metaflow.results.notes import NO_TEST_MODE, PACKAGES, Note
from pytest_metaflow.sandbox.network import NAMESPACE
from pytest_metaflow.settings import Case, FlowSettings, ProjectSettings

NOTHING_SAID = FlowSettings()


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
    max_foreach: int | None = None
    """How many items a foreach keeps; None for all."""
    test_mode_value: str = ""
    """What test-mode parameters get that are not known to be bools; empty where nothing is said."""
    step_coverage: float | None = None
    """Percent of the steps of all flows that must run; None for no demand."""
    task_setup: str = ""
    """`module:function`"""
    debugging: Debugging | None = None
    pass_env: tuple[str, ...] = ()
    allow_network: tuple[str, ...] = ()
    network: str = "guard"
    """`guard` or `namespace`."""
    datastore: str = "local"
    """`local` or `s3`."""
    s3_seed: str = ""
    """What lies in S3 at the start of a run: a folder of `bucket/key…` files."""
    python_path: tuple[Path, ...] = ()
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of the command line, by flow, or by flow and case as in `TrainFlow[small]`."""
    project: ProjectSettings = field(default_factory=ProjectSettings)

    def settings(self, flow: Flow, case: Case | None = None) -> FlowSettings:
        """The project's settings of a flow, with those of a case above them."""
        file = flow.file.path
        path = file.relative_to(self.root) if file.is_relative_to(self.root) else file
        said = self.project.of(path.as_posix(), flow.name)
        return said.overridden_by(case.settings) if case else said

    def of_command_line(self, flow: Flow, case: Case | None) -> Iterator[Mapping[str, str]]:
        """The parameters of `--metaflow-param`, those of the case last."""
        for name in dict.fromkeys((flow.name, item_name(flow, case))):
            yield self.parameters.get(name, {})


def item_name(flow: Flow, case: Case | None) -> str:
    """`TrainFlow`, or `TrainFlow[small]` for a case."""
    return f"{flow.name}[{case.id}]" if case else flow.name


@dataclass(frozen=True)
class Decision:
    """How a flow is run, and what the report says about it whatever comes of the run."""

    plan: RunPlan
    notes: tuple[Note, ...]


def decide(
    flow: Flow,
    session: Session,
    case: Case | None = None,
    marks: FlowSettings = NOTHING_SAID,
    called_with: Mapping[str, Any] | None = None,
) -> Decision:
    """The plan of a flow's run, or of a case of it; `called_with` are parameters and Configs that go first.

    Raises CannotRun or NotWanted.
    """
    settings = session.settings(flow, case).overridden_by(marks)
    expect_a_step(flow, settings.expect)
    chosen = inputs.given(flow, settings.parameters, *session.of_command_line(flow, case), called_with or {})
    name, on = session.test_mode_parameter, session.test_mode_value
    given = chosen | inputs.test_mode(flow, name, chosen, on, session.missing_test_mode)
    inputs.require_values(flow, given)
    packages = _check_packages(flow, session)
    configs = {name: value for name, value in given.items() if _kind(flow, name) is ParameterKind.CONFIG}
    plan = RunPlan(
        file=flow.file.path,
        flow=flow.name,
        cwd=_working_directory(flow, session),
        parameters={name: value for name, value in given.items() if name not in configs},
        configs=configs,
        timeout=settings.timeout or session.timeout,
        environment=settings.environment,
        secrets=settings.secrets,
        trigger=settings.trigger,
        producers=settings.producers,
        python_path=session.python_path,
        retries=session.retries,
        max_foreach=settings.max_foreach or session.max_foreach,
        expect=settings.expect,
        contracts=contracts_of(settings.contracts, _test_mode_name(flow, session)),
        task_setup=_task_setup(settings, session),
        debugging=session.debugging,
        pass_env=session.pass_env,
        allow_network=session.allow_network,
        namespace=session.network == NAMESPACE,
        datastore=session.datastore,
    )
    return Decision(plan, tuple(_notes(inputs.in_test_mode(name, given), packages)))


def _task_setup(settings: FlowSettings, session: Session) -> TaskSetup | None:
    """The flow's own function, where its settings name one or none (`""`), else the session's."""
    named = session.task_setup if settings.task_setup is None else settings.task_setup
    module, _, function = named.partition(":")
    return TaskSetup(module, function, session.root) if named else None


def _notes(test_mode: bool, packages: Comparison) -> Iterator[Note]:
    if packages.differing:
        yield Note(PACKAGES, ", ".join(str(package) for package in packages.differing))
    if not test_mode:
        yield Note(NO_TEST_MODE, "ran without a test mode")


def _kind(flow: Flow, name: str) -> ParameterKind:
    parameter = flow.parameter(name)
    return ParameterKind.PARAMETER if parameter is None else parameter.kind


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


def _test_mode_name(flow: Flow, session: Session) -> str:
    """The parameter's own name on the command line."""
    parameter = declared(flow, session.test_mode_parameter)
    return session.test_mode_parameter if parameter is None else str(parameter.name)
