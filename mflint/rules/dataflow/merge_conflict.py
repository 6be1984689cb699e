from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.steps.declared import is_judged
from mflint.analysis.steps.graph import is_join
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow, Step
from mflint.rules import Profile, rule
from mflint.rules.graph import finding

if TYPE_CHECKING:
    from mflint.analysis.values.evaluation import Value
    from mflint.analysis.values.merge_conflicts import Conflict, Side
    from mflint.context import Context

_SHOWN = 40


@rule("MF604", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A join merges an artifact of which its branches have different values.

    ## What it does

    Finds `self.merge_artifacts(inputs)` where an artifact surely differs between the branches: literals that
    differ, a value that one branch alone replaces or counts up, a new `uuid4()` or `now()` on both sides, and
    in the join of a foreach what is made of `self.input` or `self.index`. An artifact that the join assigns
    before it merges, that it excludes or that `include` leaves out is fine; assigned after the merge it is
    not.

    ## Why it matters

    Metaflow compares the stored values and fails the join with `UnhandledInMergeArtifactsException`, after
    all branches have done their work.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.small, self.large)

        @step
        def small(self):
            self.depth = 2
            self.next(self.join)

        @step
        def large(self):
            self.depth = 8
            self.next(self.join)

        @step
        def join(self, inputs):
            self.merge_artifacts(inputs)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF604 at 21:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.small, self.large)

        @step
        def small(self):
            self.depth = 2
            self.next(self.join)

        @step
        def large(self):
            self.depth = 8
            self.next(self.join)

        @step
        def join(self, inputs):
            self.depth = max(one.depth for one in inputs)
            self.merge_artifacts(inputs)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## References

    - [Merging artifacts](https://docs.metaflow.org/metaflow/basics#data-flow-through-the-graph)
    """
    from mflint.analysis.steps.branches import unclear_graph
    from mflint.analysis.values.merge_conflicts import conflicts, has_computed_merge

    joins = [step for step in flow.steps.values() if is_judged(flow) and is_join(flow, step)]
    merging = [step for step in joins if any(r.name == "merge_artifacts" for r in step.function.reads)]
    reason = unclear_graph(flow) if merging else None
    if reason is not None:
        yield Silence(reason)
        return
    for join in merging:
        if has_computed_merge(join):
            yield Silence(f"what join `{join.name}` merges is computed")
        for conflict in conflicts(flow, join, context.names):
            yield _violation(flow, join, conflict)


def _violation(flow: Flow, join: Step, conflict: Conflict) -> Violation:
    sides = conflict.sides
    if len(sides) == 1:
        text = f"is {_shown(sides[0].value)} in each task of the foreach of step `{conflict.split}`"
    else:
        text = " and ".join(f"{_shown(side.value)} after {_steps(side)}" for side in sides)
        text = f"is {text}"
    return finding(
        flow,
        join,
        f"`{conflict.name}` cannot be merged: it {text}",
        node=conflict.call.node,
        help=f"Assign `self.{conflict.name}` before the merge, or exclude it.",
        related=[
            (Place(side.value.step.file.path, side.value.node), f"assigned by step `{side.value.step.name}`")
            for side in sides
            if side.value.step is not None
        ],
    )


def _steps(side: Side) -> str:
    return " or ".join(f"`{name}`" for name in side.last)


def _shown(value: Value) -> str:
    """The value in a few words."""
    from mflint.analysis.values.evaluation import Kind

    if value.kind is Kind.LITERAL:
        text = repr(value.literal)
        return f"`{text}`" if len(text) <= _SHOWN else f"`{text[:_SHOWN]}…`"
    return {
        Kind.INPUT: "made of `self.input`",
        Kind.INDEX: "made of `self.index`",
    }.get(value.kind, "a new value")
