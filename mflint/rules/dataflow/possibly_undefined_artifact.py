from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.dataflow.events import DataFlow, Lack, Missing
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.dataflow import (
    Notes,
    analysed,
    assignments,
    finding,
    missing,
    path_without,
    shown,
)

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF602", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """An artifact is read that is assigned on some paths only.

    ## What it does

    Finds `self.x` where some way to it assigns `x` and another one does not: one case of a switch, a
    condition in a step, an `except` clause that goes on without it, `[i.x for i in inputs]` where a branch
    lacks `x`. After `merge_artifacts` all that any branch has is there.

    It keeps silent where two decisions may belong together: where the read stands under a condition itself,
    or behind a switch or a `raise` that may lead past it, and where two conditions or an `if` with `elif`s
    assign the artifact. Loops are taken to run at least once.

    ## Why it matters

    The flow works until the other path is taken. Then the task fails with an AttributeError.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        kind = Parameter("kind", default="linear")

        @step
        def start(self):
            self.next({"linear": self.linear, "tree": self.tree}, condition="kind")

        @step
        def linear(self):
            self.model = {"slope": 2}
            self.next(self.end)

        @step
        def tree(self):
            self.tree_model = {"depth": 3}
            self.next(self.end)

        @step
        def end(self):
            print(self.model)
    ```

    Finds: MF602 at 23:15

    ```python title="good"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        kind = Parameter("kind", default="linear")

        @step
        def start(self):
            self.next({"linear": self.linear, "tree": self.tree}, condition="kind")

        @step
        def linear(self):
            self.model = {"slope": 2}
            self.next(self.end)

        @step
        def tree(self):
            self.model = {"depth": 3}
            self.next(self.end)

        @step
        def end(self):
            print(self.model)
    ```
    """
    found, silences = analysed(flow, context)
    yield from silences
    for event in missing(found, Lack.SOMETIMES):
        before = [name for name in found.writes if name in found.before[event.spot.step] | {event.spot.step}]
        yield finding(
            flow,
            event.spot,
            f"{shown(event)} is read here, and {_gap(flow, found, event)}",
            help="Assign it on every way to the read, or test that it is there.",
            related=(*assignments(flow, found, event.name, before), *_steps_without(flow, found, event)),
        )


def _steps_without(flow: Flow, found: DataFlow, event: Missing) -> Notes:
    """The steps between the first one and the read, on the path that lacks the assignment."""
    for name in path_without(flow, found, event)[1:-1] if event.branch is None else ():
        step = flow.steps[name]
        yield Place(step.file.path, step.function.name_node), f"may be missing after step `{name}`"


def _gap(flow: Flow, found: DataFlow, event: Missing) -> str:
    if event.branch is not None:
        return f"the input from {' or '.join(f'`{step}`' for step in event.lacking)} may lack it"
    path = path_without(flow, found, event)
    if len(path) == 1:
        return f"step `{path[0]}` does not always assign it before"
    steps = " → ".join(f"`{step}`" for step in path)
    return f"the path {steps} does not always assign it"
