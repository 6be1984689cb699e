from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged, unclear_endpoints
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.places import class_of


@rule("MF502", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A flow has no last step.

    ## What it does

    Looks for a step called `end`, or one marked with `@step(end=True)`. A flow of one step needs neither.
    Where a base class from outside the project may bring the step, the rule keeps silent.

    ## Why it matters

    Metaflow does not know when the run is complete and refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.finish)

        @step
        def finish(self):
            pass
    ```

    Finds: MF502 at 4:7

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
    if flow.end is not None or any(step.ends for step in flow.steps.values()):
        return
    reason = unclear_endpoints(flow)
    if reason is not None:
        yield Silence(reason)
        return
    yield Violation(
        class_of(flow),
        f"`{flow.name}` has no last step",
        help="Call a step `end`, or mark it with `@step(end=True)`.",
    )
