from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.balance import has_unknown_decorators, is_parallel, lacks_join
from mflint.analysis.steps.declared import is_judged, may_end
from mflint.analysis.steps.graph import callers
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow, Step, TransitionKind
from mflint.rules import Profile, rule
from mflint.rules.graph import finding, name_of


@rule("MF514", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """`@parallel` and `num_parallel` do not belong together.

    ## What it does

    Finds `self.next(self.x, num_parallel=...)` to a step without `@parallel`, a step with `@parallel` that
    another kind of transition leads to, and one that no join follows. Of decorators that it does not know
    the rule says nothing.

    ## Why it matters

    The tasks of a step that runs on several nodes at once need both, and a join after them. Metaflow
    refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.train, num_parallel=4)

        @step
        def train(self):
            self.next(self.join)

        @step
        def join(self, inputs):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF514 at 6:9

    ```python title="good"
    from metaflow import FlowSpec, parallel, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.train, num_parallel=4)

        @parallel
        @step
        def train(self):
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
        yield from _of_caller(flow, step)
        if is_parallel(flow, step):
            yield from _of_parallel(flow, step)


def _of_caller(flow: Flow, step: Step) -> Iterator[Violation | Silence]:
    tail = step.function.tail
    if tail is None or tail.kind is not TransitionKind.NUM_PARALLEL or step is flow.end:
        return
    target = flow.steps.get(tail.targets[0])
    if target is None or is_parallel(flow, target):
        return
    if has_unknown_decorators(flow, target):
        yield Silence(f"a decorator of {target.name} may make it parallel")
        return
    yield finding(
        flow,
        step,
        f"step `{step.name}` leads to `{target.name}` with `num_parallel`, which has no `@parallel`",
        help=f"Put `@parallel` above the `@step` of `{target.name}`.",
        related=[(name_of(target), "has no `@parallel`")],
    )


def _of_parallel(flow: Flow, step: Step) -> Iterator[Violation | Silence]:
    for caller, _ in callers(flow, step.name):
        tail = caller.function.tail
        if tail is None or tail.kind is TransitionKind.NUM_PARALLEL or may_end(flow, caller):
            continue
        yield finding(
            flow,
            step,
            f"step `{step.name}` has `@parallel`, but `{caller.name}` leads to it without `num_parallel`",
            help=f"Write `self.next(self.{step.name}, num_parallel=...)`.",
            related=[(name_of(caller), "leads to it")],
        )
        return
    if lacks_join(flow, step):
        yield finding(
            flow,
            step,
            f"no join follows step `{step.name}`, which has `@parallel`",
            help="Let it lead to a step that takes `inputs`.",
        )
