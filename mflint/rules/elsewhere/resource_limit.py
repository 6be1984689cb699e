from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Violation
from mflint.model import AppliedDecorator, Flow, Literal, Step
from mflint.rules import Profile, rule

_DECORATORS = {"metaflow.resources", "metaflow.batch", "metaflow.kubernetes"}


@rule("MF705", Profile.RECOMMENDED)
def check(
    flow: Flow, *, cpu: float = 0.0, gpu: int = 0, memory: int = 0, disk: int = 0
) -> Iterator[Violation]:
    """A step asks for more than the settings allow.

    ## What it does

    Compares what `@resources`, `@batch` and `@kubernetes` ask for with the limits in the settings. Without
    limits the rule finds nothing; values that are computed are left alone.

    ## Why it matters

    A task that asks for more than any machine has waits in the queue and never starts, without an error. A
    zero too many is also paid for.

    ## Example

    With these settings:

    ```toml title="mflint.toml"
    [rules.resource-limit]
    memory = 64000
    ```

    ```python title="bad"
    from metaflow import FlowSpec, resources, step


    class TrainFlow(FlowSpec):
        @resources(memory=640000)
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF705 at 5:23

    ```python title="good"
    from metaflow import FlowSpec, resources, step


    class TrainFlow(FlowSpec):
        @resources(memory=64000)
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Options

    - `cpu`: the most CPUs of a step; 0, the default, for no limit.
    - `gpu`: the most GPUs of a step; 0 for no limit.
    - `memory`: the most memory of a step in MB, as Metaflow counts it; 0 for no limit.
    - `disk`: the most disk space of a step in MB; 0 for no limit.
    """
    limits = {"cpu": cpu, "gpu": gpu, "memory": memory, "disk": disk}
    for step in flow.steps.values():
        for applied in flow.step_decorators[step.name]:
            if applied.qualified in _DECORATORS:
                yield from _of_decorator(step, applied, limits)


def _of_decorator(step: Step, applied: AppliedDecorator, limits: dict[str, float]) -> Iterator[Violation]:
    for argument in applied.decorator.call.arguments if applied.decorator.call is not None else ():
        limit = limits.get(argument.keyword or "", 0)
        value = _number(argument.value)
        if value is not None and 0 < limit < value:
            unit = " MB" if argument.keyword in ("memory", "disk") else ""
            yield Violation(
                Place(applied.file.path, argument.node),
                f"`@{applied.name}` asks for `{argument.keyword}` {value:.12g}{unit}, and the limit is "
                f"{limit:.12g}{unit}",
                help="Ask for less, or raise the limit in the settings of mflint.",
                step=step.name,
            )


def _number(value: Literal) -> float | None:
    """The number that Metaflow takes `value` for; it reads strings too."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
