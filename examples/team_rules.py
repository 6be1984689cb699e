"""Rules of our own: what the cluster gives to one step."""

from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule

ASKING = {"metaflow.resources", "metaflow.kubernetes", "metaflow.batch"}


@rule("BIKE001", Profile.RECOMMENDED)
def oversized_step(flow: Flow, *, cpu: int = 4, memory: int = 8_192) -> Iterator[Violation]:
    """A step asks for more than one machine of the cluster has.

    ## What it does

    Compares `cpu` and `memory` of `@resources`, `@kubernetes` and `@batch` with the limits in the settings.
    Values that are computed are not looked at.

    ## Why it matters

    Such a task waits for a machine that does not exist, until it times out.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, resources, step


    class TrainFlow(FlowSpec):
        @resources(memory=64_000)
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: BIKE001 at 5:5

    ```python title="good"
    from metaflow import FlowSpec, resources, step


    class TrainFlow(FlowSpec):
        @resources(memory=8_000)
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Options

    - `cpu`: the most CPUs that a step may ask for.
    - `memory`: the most memory that a step may ask for, in MB.
    """
    for name, step in flow.steps.items():
        for applied in flow.step_decorators[name]:
            if applied.qualified not in ASKING:
                continue
            for argument, limit in (("cpu", cpu), ("memory", memory)):
                asked = applied.decorator.argument(argument)
                if isinstance(asked, int) and asked > limit:
                    yield Violation(
                        Place(step.file.path, applied.decorator.node),
                        f"step `{name}` asks for `{argument}={asked}`; the cluster has {limit}",
                        help="Ask for less, or split the work with a foreach.",
                        step=name,
                    )
