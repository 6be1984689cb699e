from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.balance import opens_join
from mflint.analysis.steps.declared import is_judged
from mflint.analysis.steps.graph import successors
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding, name_of


@rule("MF512", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A foreach leads straight into a join.

    ## What it does

    Finds `self.next(self.join, foreach=...)`, or `num_parallel=...`, where `join` takes `inputs`.

    ## Why it matters

    Nothing would happen for each of the items; Metaflow refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.items = [1, 2]
            self.next(self.join, foreach="items")

        @step
        def join(self, inputs):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF512 at 6:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.items = [1, 2]
            self.next(self.work, foreach="items")

        @step
        def work(self):
            self.next(self.join)

        @step
        def join(self, inputs):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    for step in flow.steps.values():
        if opens_join(flow, step):
            join = flow.steps[successors(flow, step)[0]]
            yield finding(
                flow,
                step,
                f"the foreach of step `{step.name}` leads straight into the join `{join.name}`",
                help="Put a step between them, which runs for each item.",
                related=[(name_of(join), "takes `inputs`")],
            )
