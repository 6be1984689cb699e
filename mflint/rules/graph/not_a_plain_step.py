from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_generator, is_judged
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF523", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A step is a coroutine or a generator.

    ## What it does

    Finds steps declared with `async def` and steps that contain `yield`.

    ## Why it matters

    Metaflow calls a step and does nothing with what it returns. The body of a coroutine or a generator does
    not run, and neither does its `self.next`; the run fails.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        async def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF523 at 6:15

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    for step in flow.steps.values():
        kind = "a coroutine" if step.function.asynchronous else "a generator"
        if step.function.asynchronous or is_generator(step.function):
            yield finding(
                flow,
                step,
                f"step `{step.name}` is {kind}",
                help="Write it as a plain function.",
            )
