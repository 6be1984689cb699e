from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.dataflow.events import DataFlow, Lack, Missing
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.dataflow import analysed, assignments, finding, missing, shown, similar

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF601", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """An artifact is read that no step before assigns.

    ## What it does

    Follows the artifacts from step to step, through the methods that steps call, base classes in other files,
    splits, foreaches, switches and joins, and finds `self.x` where no way from the first step assigns `x`.
    The artifacts of a join's inputs (`inputs.left.x`, `[i.x for i in inputs]`) and the condition of a switch
    count, too. `hasattr`, `getattr` with a default and handlers of AttributeError are understood.

    Parameters, constants of the class and what Metaflow itself gives a flow are always there. Where `self` is
    handed to other code, or `setattr` gets a computed name, any artifact may be there.

    ## Why it matters

    The task fails with an AttributeError, perhaps after the steps before it have run for hours.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.rows = [1, 2]
            self.next(self.train)

        @step
        def train(self):
            self.count = len(self.row)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF601 at 12:26

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.rows = [1, 2]
            self.next(self.train)

        @step
        def train(self):
            self.count = len(self.rows)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    found, silences = analysed(flow, context)
    yield from silences
    for event in missing(found, Lack.NEVER):
        yield finding(
            flow,
            event.spot,
            f"{shown(event)} is read here, and no step {_before(event)} assigns it",
            help=f"{similar(event)}{_advice(found, event)}",
            related=assignments(flow, found, event.name, found.writes),
        )


def _before(event: Missing) -> str:
    return "before" if event.branch is None else "that leads to it"


def _advice(found: DataFlow, event: Missing) -> str:
    elsewhere = [step for step, names in found.writes.items() if event.name in names]
    if elsewhere == [event.spot.step]:
        return "Assign it before it is read."
    if elsewhere:
        named = ", ".join(f"`{step}`" for step in elsewhere)
        where = "before the read" if event.branch is None else "to that input"
        return f"It is assigned in {named}, which no path leads through {where}."
    return f"Assign `self.{event.name}` in a step before."
