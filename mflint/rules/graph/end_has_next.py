from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged, unclear_endpoints
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF517", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """The last step leads to another one.

    ## What it does

    Finds a last step whose last statement is `self.next`, whatever its form.

    ## Why it matters

    Nothing follows the last step; Metaflow refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            self.next(self.start)
    ```

    Finds: MF517 at 10:9

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
    tail = flow.end.function.tail if flow.end is not None else None
    if flow.end is None or tail is None:
        return
    reason = unclear_endpoints(flow)
    if reason is not None:
        yield Silence(reason)
        return
    yield finding(
        flow,
        flow.end,
        f"the last step `{flow.end.name}` calls `self.next`",
        help="Remove it, or let another step be the last one.",
        related=[(Place(flow.end.file.path, tail.node), "leads on")],
    )
