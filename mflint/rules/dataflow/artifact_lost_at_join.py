from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.dataflow.events import Lack, Missing
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.dataflow import analysed, assignments, finding, missing, shown

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF603", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """An artifact is read that a join did not take over.

    ## What it does

    Finds `self.x` in a join before it merges, or after a join that neither calls
    `self.merge_artifacts(inputs)` nor assigns `x`, although a step before the join assigned it. Parameters
    and constants of the class survive joins.

    ## Why it matters

    A join starts with nothing: which branch's `x` should it have? The task fails with an AttributeError.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.seeds = [1, 2]
            self.rows = 10
            self.next(self.train, foreach="seeds")

        @step
        def train(self):
            self.score = self.input * self.rows
            self.next(self.join)

        @step
        def join(self, inputs):
            self.best = max(i.score for i in inputs)
            self.next(self.end)

        @step
        def end(self):
            print(self.best, self.rows)
    ```

    Finds: MF603 at 23:26

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.seeds = [1, 2]
            self.rows = 10
            self.next(self.train, foreach="seeds")

        @step
        def train(self):
            self.score = self.input * self.rows
            self.next(self.join)

        @step
        def join(self, inputs):
            self.best = max(i.score for i in inputs)
            self.merge_artifacts(inputs, include=["rows"])
            self.next(self.end)

        @step
        def end(self):
            print(self.best, self.rows)
    ```
    """
    found, silences = analysed(flow, context)
    yield from silences
    for event in missing(found, Lack.LOST):
        assert event.join is not None
        join = flow.steps[event.join]
        before = [name for name in found.writes if name in found.before[event.join]]
        yield finding(
            flow,
            event.spot,
            f"{shown(event)} is read here, {_explanation(event)}",
            help=f"{_advice(event)}",
            related=[
                (
                    Place(join.file.path, join.function.name_node),
                    "starts without the artifacts of its branches",
                ),
                *assignments(flow, found, event.name, before),
            ],
        )


def _explanation(event: Missing) -> str:
    if event.join == event.spot.step and event.branch is None:
        return f"before the join `{event.join}` takes it over"
    return f"and the join `{event.join}` did not take it over"


def _advice(event: Missing) -> str:
    if event.join == event.spot.step:
        return f"Call `self.merge_artifacts` first, or read `{event.name}` of one of the inputs."
    return f"Call `self.merge_artifacts` in `{event.join}`, or assign `self.{event.name}` there."
