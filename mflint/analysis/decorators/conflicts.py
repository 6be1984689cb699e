"""Which decorators of Metaflow refuse one another, or what stands beneath them, when a flow is run.

The conditions are those of Metaflow 2.19: of the decorators' `step_init` and `flow_init` in
metaflow/plugins, of `CondaEnvironment.get_environment`, and of the compilers for Argo Workflows and AWS
Step Functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mflint.analysis.decorators.packages import mixes_packages
from mflint.analysis.decorators.refusals import OF_STEPS
from mflint.model import (
    UNKNOWN,
    AppliedDecorator,
    Decorator,
    Flow,
    Literal,
    ParameterKind,
    Step,
    TransitionKind,
)

MAX_RETRIES = 4
"""`MAX_ATTEMPTS` of metaflow/metaflow_config.py without the first attempt and the last one of `@catch`."""

_SHORTEST_REMOTE = 60
"""Seconds that `@batch` and `@kubernetes` want a timeout to have."""

Decorators = Mapping[str, AppliedDecorator]


@dataclass(frozen=True)
class Conflict:
    """A decorator that fails, and another one that it fails with, if any."""

    applied: AppliedDecorator
    message: str
    help: str
    other: AppliedDecorator | None = None


def step_conflicts(flow: Flow, step: Step) -> Iterator[Conflict]:
    """What fails at one step."""
    decorators = {a.name: a for a in flow.step_decorators[step.name] if a.from_metaflow}
    for check in (_timeout, _retry, _compute, _accelerators):
        yield from check(decorators)
    yield from _catch(flow, step, decorators)
    yield from _packages(flow, decorators)


def flow_conflicts(flow: Flow) -> Iterator[Conflict]:
    """What fails at the flow as a whole."""
    hooks = [a for a in flow.decorators if a.qualified == "metaflow.exit_hook"]
    decorators = {a.name: a for a in flow.decorators if a.from_metaflow}
    for applied in hooks:
        yield from _nothing_given(applied, "on_success", "on_error", "a function to call")
    if "trigger" in decorators:
        yield from _one_of(decorators["trigger"], "event", "events")
    if "trigger_on_finish" in decorators:
        yield from _one_of(decorators["trigger_on_finish"], "flow", "flows")
    yield from _triggers(decorators)
    yield from _scheduled_parameters(flow, decorators)


def unknown_decorators(flow: Flow, step: Step) -> Iterator[str]:
    """The decorators of a step that may change the others: those not known by name, Metaflow's own too."""
    for applied in flow.step_decorators[step.name]:
        if applied.qualified.partition(".")[0] != "metaflow" or applied.name not in OF_STEPS:
            yield applied.decorator.name or "a computed decorator"


def _seconds(applied: AppliedDecorator) -> int | None:
    """How long a `@timeout` gives, None where that is computed."""
    total = 0
    for unit, seconds in (("hours", 3600), ("minutes", 60), ("seconds", 1)):
        value = _integer(applied.decorator.argument(unit), 0)
        if value is None:
            return None
        total += value * seconds
    return total


def _integer(value: Literal, absent: int) -> int | None:
    if value is None:
        return absent
    try:
        return int(value) if isinstance(value, (int, float, str)) else None
    except (ValueError, OverflowError):
        return None


def _timeout(decorators: Decorators) -> Iterator[Conflict]:
    applied = decorators.get("timeout")
    seconds = _seconds(applied) if applied is not None else None
    if applied is None or seconds is None:
        return
    if seconds == 0:
        yield Conflict(
            applied, "`@timeout` gives no duration", "Give it `seconds`, `minutes` or `hours` above zero."
        )
    for name in ("batch", "kubernetes"):
        if name in decorators and 0 < seconds < _SHORTEST_REMOTE:
            message = f"`@{name}` wants a timeout of {_SHORTEST_REMOTE} seconds or more, not {seconds}"
            yield Conflict(applied, message, "Give the step a minute at least.", decorators[name])


def _retry(decorators: Decorators) -> Iterator[Conflict]:
    applied = decorators.get("retry")
    times = _integer(applied.decorator.argument("times"), 0) if applied is not None else None
    if applied is not None and times is not None and times > MAX_RETRIES:
        message = f"`@retry` asks for {times} retries, and Metaflow allows {MAX_RETRIES}"
        yield Conflict(applied, message, f"Write `@retry(times={MAX_RETRIES})` or less.")


def _compute(decorators: Decorators) -> Iterator[Conflict]:
    kubernetes = decorators.get("kubernetes")
    if kubernetes is not None and "batch" in decorators:
        message = "a step runs by `@kubernetes` or by `@batch`, not by both"
        yield Conflict(kubernetes, message, "Remove one of them.", decorators["batch"])
    if kubernetes is not None and "parallel" in decorators and "catch" in decorators:
        message = "`@catch` does not work on a step with `@parallel` and `@kubernetes`"
        yield Conflict(decorators["catch"], message, "Remove `@catch`.", kubernetes)


def _accelerators(decorators: Decorators) -> Iterator[Conflict]:
    applied = decorators.get("batch")
    names = ("inferentia", "trainium")
    if applied is not None and all(_given(applied.decorator.argument(n)) for n in names):
        yield Conflict(applied, "`@batch` takes `inferentia` or `trainium`, not both", "Remove one of them.")


def _given(value: Literal) -> bool:
    return value is not None and value is not UNKNOWN


def _catch(flow: Flow, step: Step, decorators: Decorators) -> Iterator[Conflict]:
    kind = _kind(flow, step)
    splits = {
        TransitionKind.FOREACH: "opens a foreach",
        TransitionKind.NUM_PARALLEL: "opens a foreach",
        TransitionKind.SWITCH: "is a switch",
    }
    if "catch" in decorators and kind in splits:
        message = f"`@catch` does not work on step `{step.name}`, which {splits[kind]}"
        yield Conflict(decorators["catch"], message, "Move what may fail to a step of its own.")


def _kind(flow: Flow, step: Step) -> TransitionKind | None:
    """The transition that Metaflow reads; it reads none of the last step."""
    tail = step.function.tail
    return tail.kind if tail is not None and step is not flow.end else None


def _packages(flow: Flow, decorators: Decorators) -> Iterator[Conflict]:
    bases = {a.name: a for a in flow.decorators if a.from_metaflow}
    pypi = decorators.get("pypi") or bases.get("pypi_base")
    conda = decorators.get("conda") or bases.get("conda_base")
    if pypi is None or conda is None:
        return
    pairs = [(decorators.get(name), bases.get(f"{name}_base")) for name in ("pypi", "conda")]
    if mixes_packages(*pairs):
        message = f"a step gets its packages by `@{pypi.name}` or by `@{conda.name}`, not by both"
        yield Conflict(pypi, message, "Let one of them list all packages.", conda)


def _one_of(applied: AppliedDecorator, one: str, many: str) -> Iterator[Conflict]:
    decorator = applied.decorator
    if all(_given(decorator.argument(key)) and decorator.argument(key) for key in (one, many)):
        message = f"`@{applied.name}` takes `{one}` or `{many}`, not both"
        yield Conflict(applied, message, f"List all of them in `{many}`.")
    yield from _nothing_given(applied, one, many, f"`{one}` or `{many}`")


def _nothing_given(applied: AppliedDecorator, first: str, second: str, what: str) -> Iterator[Conflict]:
    if _is_empty(applied.decorator, first) and _is_empty(applied.decorator, second):
        yield Conflict(applied, f"`@{applied.name}` is not given {what}", f"Give it `{first}` or `{second}`.")


def _is_empty(decorator: Decorator, key: str) -> bool:
    value = decorator.argument(key)
    return value is not UNKNOWN and not value


def _triggers(decorators: Decorators) -> Iterator[Conflict]:
    if "trigger" in decorators and "trigger_on_finish" in decorators:
        message = "no orchestrator deploys a flow with both `@trigger` and `@trigger_on_finish`"
        yield Conflict(decorators["trigger"], message, "Remove one of them.", decorators["trigger_on_finish"])


def _scheduled_parameters(flow: Flow, decorators: Decorators) -> Iterator[Conflict]:
    applied = decorators.get("schedule")
    if applied is None or _is_off(applied.decorator):
        return
    for parameter in flow.parameters:
        if parameter.kind is ParameterKind.PARAMETER and parameter.needs_value:
            message = f"a scheduled run has no value for the required parameter `{parameter.name}`"
            yield Conflict(applied, message, "Give the parameter a default.")


def _is_off(decorator: Decorator) -> bool:
    """Whether the flow is not scheduled, or may not be; without arguments it is, every day."""
    if decorator.call is None or not decorator.call.arguments:
        return False
    values: list[Literal] = [decorator.argument(key) for key in ("cron", "weekly", "hourly", "daily")]
    return not any(value is not UNKNOWN and value for value in values)
