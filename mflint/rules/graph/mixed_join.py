from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.balance import Fault, defects
from mflint.analysis.steps.declared import is_judged, unclear_endpoints
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding, name_of


@rule("MF511", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A join takes branches of different splits.

    ## What it does

    Finds a join to which steps lead that do not stem from the same split. It needs transitions and
    arguments that are right.

    ## Why it matters

    Each split needs a join of its own, the inner one first. Metaflow refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.left, self.right)

        @step
        def left(self):
            self.next(self.a, self.b)

        @step
        def right(self):
            self.next(self.join)

        @step
        def a(self):
            self.next(self.join)

        @step
        def b(self):
            self.next(self.join)

        @step
        def join(self, inputs):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF511 at 26:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.left, self.right)

        @step
        def left(self):
            self.next(self.a, self.b)

        @step
        def right(self):
            self.next(self.join)

        @step
        def a(self):
            self.next(self.inner)

        @step
        def b(self):
            self.next(self.inner)

        @step
        def inner(self, inputs):
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
    for defect in defects(flow):
        if defect.fault is not Fault.MIXED or defect.split is None:
            continue
        reason = unclear_endpoints(flow)
        if reason is not None:
            yield Silence(reason)
            return
        yield finding(
            flow,
            flow.steps[defect.step],
            f"step `{defect.step}` joins branches of different splits",
            help=f"Join the branches of `{defect.split}` in a step of their own.",
            related=[(name_of(flow.steps[defect.split]), "splits")],
        )
