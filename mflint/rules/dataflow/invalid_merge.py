from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from mflint.analysis.dataflow.events import BadMerge, MergeFault
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.dataflow import analysed, finding

if TYPE_CHECKING:
    from mflint.context import Context


_MOST_SHOWN = 8


@rule("MF609", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """`merge_artifacts` is called in a way that always fails.

    ## What it does

    Finds `self.merge_artifacts` in a step that is no join, with `include` and `exclude` together, and with an
    artifact in `include` that no branch has: since none assigns it, or a join inside a branch dropped it.

    ## Why it matters

    Metaflow refuses each of them when the join runs, after all branches have been computed.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.linear, self.tree)

        @step
        def linear(self):
            self.slope = 2
            self.next(self.join)

        @step
        def tree(self):
            self.depth = 3
            self.next(self.join)

        @step
        def join(self, inputs):
            self.merge_artifacts(inputs, include=["slope", "height"])
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF609 at 21:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.linear, self.tree)

        @step
        def linear(self):
            self.slope = 2
            self.next(self.join)

        @step
        def tree(self):
            self.depth = 3
            self.next(self.join)

        @step
        def join(self, inputs):
            self.merge_artifacts(inputs, include=["slope", "depth"])
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    found, silences = analysed(flow, context)
    yield from silences
    for event in found.events:
        if isinstance(event, BadMerge):
            message, advice = _said(event)
            yield finding(flow, event.spot, message, help=advice)


def _said(event: BadMerge) -> tuple[str, str]:
    if event.fault is MergeFault.NO_JOIN:
        return (
            f"`merge_artifacts` is called in step `{event.spot.step}`, which is no join",
            "Only a step that takes `inputs` has branches to merge.",
        )
    if event.fault is MergeFault.BOTH:
        return "`merge_artifacts` takes `include` or `exclude`, not both", "Give one of them."
    named = ", ".join(f"`{name}`" for name in event.names)
    return f"`merge_artifacts` is to include {named}, which no branch has", _present(event)


def _present(event: BadMerge) -> str:
    if not event.known:
        return "The branches have no artifacts."
    close = [match for name in event.names for match in get_close_matches(name, sorted(event.known), 1)]
    shown = ", ".join(f"`{name}`" for name in (close or sorted(event.known))[:_MOST_SHOWN])
    return f"Did you mean {shown}?" if close else f"The branches have {shown}."
