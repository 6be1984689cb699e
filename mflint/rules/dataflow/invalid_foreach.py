from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.steps.declared import is_judged
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow, TransitionKind
from mflint.rules import Profile, rule
from mflint.rules.graph import finding

if TYPE_CHECKING:
    from mflint.analysis.values.foreach_values import UnfitForeach
    from mflint.context import Context


@rule("MF605", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A foreach goes through something that cannot be gone through.

    ## What it does

    Finds `self.next(..., foreach="items")` where `self.items` is never assigned, or is a number, None, empty,
    a generator, a view of a dictionary, an iterator such as `zip(...)`, a dictionary whose keys are not the
    numbers from 0, or a set whose items are not plainly numbers. Strings, ranges, lists and tuples are fine.
    Iterators, dictionaries and sets only count where a task reads `self.input`.

    ## Why it matters

    The run fails in `self.next`, while the artifact is stored, or in every task. With a set nothing fails:
    each task is a new process that may order strings differently, so some items are worked on twice and
    others never.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.countries = {"de", "fr", "it"}
            self.next(self.train, foreach="countries")

        @step
        def train(self):
            self.country = self.input
            self.next(self.join)

        @step
        def join(self, inputs):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF605 at 8:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.countries = sorted({"de", "fr", "it"})
            self.next(self.train, foreach="countries")

        @step
        def train(self):
            self.country = self.input
            self.next(self.join)

        @step
        def join(self, inputs):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.steps.branches import unclear_graph
    from mflint.analysis.values.foreach_values import unfit_foreaches

    tails = [step.function.tail for step in flow.steps.values()]
    if not is_judged(flow) or not any(t is not None and t.kind is TransitionKind.FOREACH for t in tails):
        return
    reason = unclear_graph(flow)
    if reason is not None:
        yield Silence(reason)
        return
    for found in unfit_foreaches(flow, context.names):
        yield _violation(flow, found)


def _violation(flow: Flow, found: UnfitForeach) -> Violation:
    from mflint.analysis.values.foreach_values import Unfit

    tail = found.step.function.tail
    related = []
    if found.node is not None and found.file is not None:
        related.append((Place(found.file.path, found.node), "its value"))
    if found.why is Unfit.MISSING:
        advice = f"Assign `self.{found.artifact}` before `self.next`."
    else:
        advice = f"Make `self.{found.artifact}` a list."
    return finding(
        flow,
        found.step,
        f"the foreach cannot go through `self.{found.artifact}`: it {found.why.value}",
        node=tail.node if tail is not None else None,
        help=advice,
        related=related,
    )
