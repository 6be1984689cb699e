from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.dataflow.events import UnknownInput
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.dataflow import analysed, finding

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF610", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A join asks for the input of a step that does not lead to it.

    ## What it does

    Finds `inputs.x` in a join, whatever its argument is called, where `x` is no step directly before the
    join.

    ## Why it matters

    The inputs of a join are called like the last steps of its branches. Any other name is an AttributeError,
    after all branches have been computed.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.linear, self.tree)

        @step
        def linear(self):
            self.score = 2
            self.next(self.join)

        @step
        def tree(self):
            self.score = 3
            self.next(self.join)

        @step
        def join(self, inputs):
            self.score = max(inputs.linear.score, inputs.forest.score)
            self.next(self.end)

        @step
        def end(self):
            print(self.score)
    ```

    Finds: MF610 at 21:47

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.linear, self.tree)

        @step
        def linear(self):
            self.score = 2
            self.next(self.join)

        @step
        def tree(self):
            self.score = 3
            self.next(self.join)

        @step
        def join(self, inputs):
            self.score = max(inputs.linear.score, inputs.tree.score)
            self.next(self.end)

        @step
        def end(self):
            print(self.score)
    ```
    """
    found, silences = analysed(flow, context)
    yield from silences
    for event in found.events:
        if isinstance(event, UnknownInput):
            named = ", ".join(f"`{name}`" for name in event.inputs)
            yield finding(
                flow,
                event.spot,
                f"no step `{event.name}` leads to the join `{event.spot.step}`",
                help=f"Its inputs are called like the steps directly before it: {named}.",
                related=[
                    (
                        Place(flow.steps[name].file.path, flow.steps[name].function.name_node),
                        "leads to the join",
                    )
                    for name in event.inputs
                ],
            )
