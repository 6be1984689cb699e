from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import has_broken_exit, is_judged, mentioned, unclear_endpoints
from mflint.analysis.steps.graph import callers, closing_transitions, reached
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF507", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """No path leads to a step.

    ## What it does

    Follows every `self.next` from the first step on, and reports the steps that it does not come to and
    that no other step names. What only follows such a step is not reported again. While transitions are
    missing, unreadable or circular, the last step is left out.

    ## Why it matters

    Metaflow refuses to run the flow. Most often a step was renamed, or is not needed any more.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def train(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF507 at 10:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.train)

        @step
        def train(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    names = reached(flow)
    unreached = [step for name, step in flow.steps.items() if name not in names]
    if flow.start is None or not unreached:
        return
    reason = unclear_endpoints(flow)
    if reason is not None:
        yield Silence(reason)
        return
    named = {t for s in flow.steps.values() for t in mentioned(s) if t != s.name}
    broken = any(has_broken_exit(flow, step) for step in flow.steps.values())
    broken = broken or bool(closing_transitions(flow) or callers(flow, flow.start.name))
    for step in unreached:
        if step.name not in named and not (broken and step is flow.end):
            yield finding(
                flow,
                step,
                f"no path leads from `{flow.start.name}` to step `{step.name}`",
                help=f"Write `self.next(self.{step.name})` in another step, or remove this one.",
            )
