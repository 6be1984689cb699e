from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged, lacks_next, unclear_endpoints
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF503", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A step does not say which step follows.

    ## What it does

    Finds steps, other than the last one, that never call `self.next`. In a flow without a last step the
    only such step is taken for the last one, and nothing is said here.

    ## Why it matters

    Only the last step may do without `self.next`; Metaflow refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.train)

        @step
        def train(self):
            self.model = 1

        @step
        def end(self):
            pass
    ```

    Finds: MF503 at 10:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.train)

        @step
        def train(self):
            self.model = 1
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    reason = unclear_endpoints(flow)
    silent = [step for step in flow.steps.values() if lacks_next(flow, step)]
    if silent and reason is not None:
        yield Silence(reason)
        return
    if flow.end is None and len(silent) == 1:
        return
    for step in silent:
        yield finding(
            flow,
            step,
            f"step `{step.name}` does not call `self.next`",
            help="End the step with `self.next(self.<the step that follows>)`.",
        )
