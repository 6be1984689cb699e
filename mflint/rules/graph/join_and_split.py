from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.balance import splits_and_joins
from mflint.analysis.steps.declared import is_judged
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF521", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A step joins branches and splits again.

    ## What it does

    Finds steps with `inputs` that lead to several steps, open a foreach or end with a switch.

    ## Why it matters

    A step can be a join or a split, not both. Metaflow refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.a, self.b)

        @step
        def a(self):
            self.next(self.join)

        @step
        def b(self):
            self.next(self.join)

        @step
        def join(self, inputs):
            self.next(self.c, self.d)

        @step
        def c(self):
            self.next(self.close)

        @step
        def d(self):
            self.next(self.close)

        @step
        def close(self, inputs):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF521 at 18:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.a, self.b)

        @step
        def a(self):
            self.next(self.join)

        @step
        def b(self):
            self.next(self.join)

        @step
        def join(self, inputs):
            self.next(self.again)

        @step
        def again(self):
            self.next(self.c, self.d)

        @step
        def c(self):
            self.next(self.close)

        @step
        def d(self):
            self.next(self.close)

        @step
        def close(self, inputs):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    for step in flow.steps.values():
        if splits_and_joins(flow, step):
            yield finding(
                flow,
                step,
                f"step `{step.name}` both joins and splits",
                help="Let a join lead to one step, and split there.",
            )
