from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.steps.declared import is_judged
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding

if TYPE_CHECKING:
    from mflint.analysis.values.foreach_inputs import EmptyRead
    from mflint.context import Context


@rule("MF606", Profile.RECOMMENDED)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A step reads `self.input` or `self.index` where it is None.

    ## What it does

    Finds `self.input` and `self.index` in steps that no foreach has split, and in methods that only such
    steps call. Also finds `self.input` in a join inside a foreach, and in the steps after it: Metaflow looks
    the item up in the artifact that the foreach goes through, and that one is gone until the join merges or
    assigns it. `self.index` is still right there. Where a condition of the function looks at one of the two,
    nothing is said.

    ## Why it matters

    There is no error: the value is None, and the step works on with it.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.countries = ["de", "fr"]
            self.next(self.train, foreach="countries")

        @step
        def train(self):
            self.score = len(self.input)
            self.next(self.join)

        @step
        def join(self, inputs):
            self.scores = {self.input: one.score for one in inputs}
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF606 at 17:24

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.countries = ["de", "fr"]
            self.next(self.train, foreach="countries")

        @step
        def train(self):
            self.country = self.input
            self.score = len(self.country)
            self.next(self.join)

        @step
        def join(self, inputs):
            self.scores = {one.country: one.score for one in inputs}
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.steps.branches import unclear_graph
    from mflint.analysis.values.foreach_inputs import empty_reads

    functions = [step.function for step in flow.steps.values()]
    functions += [function for function, _ in flow.methods.values()]
    if not is_judged(flow) or not any(r.name in ("input", "index") for f in functions for r in f.reads):
        return
    reason = unclear_graph(flow)
    if reason is not None:
        yield Silence(reason)
        return
    for found in empty_reads(flow, context.names):
        yield _violation(flow, found)


def _violation(flow: Flow, found: EmptyRead) -> Violation:
    name = f"self.{found.read.name}"
    if found.lost_in is None:
        return finding(
            flow,
            found.step,
            f"`{name}` is None here: no foreach is open in step `{found.step.name}`",
            help="Keep what is needed of it as an artifact in the steps of the foreach.",
            node=found.read.node,
            file=found.file,
        )
    after = "in" if found.lost_in == found.step.name else "after"
    return finding(
        flow,
        found.step,
        f"`{name}` is None {after} join `{found.lost_in}`, which has lost `{found.artifact}`",
        help=f"Merge or assign `self.{found.artifact}` in the join before anything reads `self.input`.",
        node=found.read.node,
        file=found.file,
    )
