from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged, unclear_endpoints
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.places import class_of


@rule("MF501", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A flow has no first step.

    ## What it does

    Looks for a step called `start`, or one marked with `@step(start=True)`. A flow of one step needs
    neither. Where a base class from outside the project may bring the step, the rule keeps silent.

    ## Why it matters

    Metaflow does not know where to begin and refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def begin(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF501 at 4:7

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
    if flow.start is not None or any(step.starts for step in flow.steps.values()):
        return
    reason = unclear_endpoints(flow)
    if reason is not None:
        yield Silence(reason)
        return
    yield Violation(
        class_of(flow),
        f"`{flow.name}` has no first step",
        help="Call a step `start`, or mark it with `@step(start=True)`.",
    )
