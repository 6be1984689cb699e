from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import calls_next, is_judged, is_rewritten, may_end
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF504", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """`self.next` is not the last statement of a step.

    ## What it does

    Finds steps, other than the last one, that call `self.next`, but not in their last statement: in an
    `if`, a `with` or a `try`, or with something after it. Further calls before a last one that is right are
    not reported.

    ## Why it matters

    Metaflow reads the last statement of a step and nothing else to learn what follows. It does not find
    this transition and refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            if self.fast:
                self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF504 at 8:13

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    for step in flow.steps.values():
        if may_end(flow, step) or step.function.tail is not None or not calls_next(step):
            continue
        if is_rewritten(flow, step):
            yield Silence(f"a decorator below `@step` may replace {step.name}")
            continue
        yield finding(
            flow,
            step,
            f"`self.next` is not the last statement of step `{step.name}`",
            node=step.function.transitions[-1].node,
            help="End the step with one `self.next`; to choose a step use `self.next({...}, condition=...)`.",
        )
