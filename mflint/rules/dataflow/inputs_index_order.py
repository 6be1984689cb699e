from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.steps.declared import is_judged
from mflint.analysis.steps.graph import StepType, is_join, step_graph
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF608", Profile.STRICT)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A join takes a branch by its number.

    ## What it does

    Finds `inputs[0]`, or any other number, in the join of a static split, where what is read differs between
    the branches: an artifact that a step of a branch assigns. Artifacts from before the split are the same
    in all inputs, and so is what every branch sets to the same literal. Joins of a foreach are left alone.

    ## Why it matters

    The order of the inputs is not the order written in `self.next`, and Metaflow does not promise any:
    locally it changes from run to run. `inputs.<step>` always means the branch that ends in that step.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.small, self.large)

        @step
        def small(self):
            self.model = "small"
            self.next(self.join)

        @step
        def large(self):
            self.model = "large"
            self.next(self.join)

        @step
        def join(self, inputs):
            self.model = inputs[0].model
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF608 at 21:22

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.small, self.large)

        @step
        def small(self):
            self.model = "small"
            self.next(self.join)

        @step
        def large(self):
            self.model = "large"
            self.next(self.join)

        @step
        def join(self, inputs):
            self.model = inputs.small.model
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.steps.branches import split_of, unclear_graph
    from mflint.analysis.values.numbered_inputs import differing_artifact, numbered_inputs

    for join in flow.steps.values():
        if not is_judged(flow) or not is_join(flow, join):
            continue
        split = split_of(flow, join.name)
        numbered = numbered_inputs(join)
        if split is None or not numbered or step_graph(flow).nodes[split].type is not StepType.SPLIT:
            continue
        reason = unclear_graph(flow)
        if reason is not None:
            yield Silence(reason)
            return
        for found in numbered:
            write = differing_artifact(flow, join, found.artifact, context.names)
            if write is not None:
                place = Place(write.step.file.path, write.node)
                yield finding(
                    flow,
                    join,
                    f"`{found.text}` is any of the branches of step `{split}`",
                    node=found.node,
                    help="Name the branch: `inputs.<step>`, by the step that leads into the join.",
                    related=[(place, f"`{write.name}` differs between them")],
                )
