from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged, unclear_endpoints
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF520", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """The last step takes `inputs`.

    ## What it does

    Finds a last step with an argument besides `self`.

    ## Why it matters

    The last step cannot be a join. Metaflow refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.left, self.right)

        @step
        def left(self):
            self.next(self.end)

        @step
        def right(self):
            self.next(self.end)

        @step
        def end(self, inputs):
            pass
    ```

    Finds: MF520 at 18:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.left, self.right)

        @step
        def left(self):
            self.next(self.join)

        @step
        def right(self):
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
    if flow.end is None or len(flow.end.function.signature.positional) != 2:
        return
    reason = unclear_endpoints(flow)
    if reason is not None:
        yield Silence(reason)
        return
    yield finding(
        flow,
        flow.end,
        f"the last step `{flow.end.name}` takes `inputs`",
        help="Join the branches in a step before it.",
    )
