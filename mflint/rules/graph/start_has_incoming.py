from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged, lacks_end, unclear_endpoints
from mflint.analysis.steps.graph import callers, reached
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF519", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A step leads back to the first one.

    ## What it does

    Finds a first step that another step, or a switch in itself, leads to.

    ## Why it matters

    A run begins with the first step once, and the run would never end. Metaflow refuses it.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.check)

        @step
        def check(self):
            self.again = "no"
            self.next({"yes": self.start, "no": self.end}, condition="again")

        @step
        def end(self):
            pass
    ```

    Finds: MF519 at 6:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.check)

        @step
        def check(self):
            self.again = "no"
            self.next({"yes": self.check, "no": self.end}, condition="again")

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    if flow.start is None or flow.start is flow.end or lacks_end(flow):
        return
    names = reached(flow)
    found = [(step, node) for step, node in callers(flow, flow.start.name) if step.name in names]
    found = [(step, node) for step, node in found if step is not flow.end]
    reason = unclear_endpoints(flow)
    if found and reason is not None:
        yield Silence(reason)
    elif found:
        yield finding(
            flow,
            flow.start,
            f"`{found[0][0].name}` leads back to the first step `{flow.start.name}`",
            help="Put a step after the first one, and lead back to that in a switch of its own.",
            related=[(Place(step.file.path, node), "leads back") for step, node in found],
        )
