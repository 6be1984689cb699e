from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow, TransitionKind
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF506", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """`self.next` has a form that Metaflow cannot read.

    ## What it does

    Finds a last `self.next` that names its steps in any other way than `self.next(self.a)`,
    `self.next(self.a, self.b)`, `self.next(self.a, foreach="items")`, `self.next(self.a, num_parallel=4)`
    or a switch (which MF513 looks at): no step at all, steps that are computed or unpacked, a foreach over
    two steps, another keyword.

    ## Why it matters

    Metaflow reads the graph from the source without running it, so that a computed step is not there for
    it. It refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.left, self.right, foreach="items")

        @step
        def left(self):
            self.next(self.end)

        @step
        def right(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF506 at 7:9

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
        tail = step.function.tail
        if tail is None or tail.is_switch or tail.kind is not TransitionKind.INVALID or step is flow.end:
            continue
        yield finding(
            flow,
            step,
            f"Metaflow cannot read the `self.next` of step `{step.name}`",
            node=tail.node,
            help="Name the steps as in `self.next(self.a)` or `self.next(self.a, self.b)`.",
        )
