from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.balance import Fault, defects, is_countable
from mflint.analysis.steps.declared import is_judged, unclear_endpoints
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding, name_of

_MESSAGES = {
    Fault.NO_INPUTS: ("branches meet in step `{}`, which takes no `inputs`", "Add the argument `inputs`."),
    Fault.NEEDLESS_INPUTS: (
        "step `{}` takes `inputs`, but no branches meet in it",
        "Remove the argument `inputs`.",
    ),
}


@rule("MF509", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A step takes the wrong arguments.

    ## What it does

    A step takes `self`, a join `self` and `inputs`. Finds steps with none or more than two such arguments,
    steps without `inputs` where branches meet, and steps with `inputs` where none do. As in Metaflow
    neither `*inputs` nor arguments before a `/` count.

    ## Why it matters

    The number of arguments tells Metaflow which steps are joins. It refuses to run the flow.

    ## Example

    ```python title="bad"
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
        def join(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF509 at 18:9

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
    for step in flow.steps.values():
        if not is_countable(step):
            yield finding(
                flow,
                step,
                f"step `{step.name}` takes {len(step.function.signature.positional)} arguments",
                help="A step takes `self`, a join `self` and `inputs`.",
            )
    for defect in defects(flow):
        if defect.fault not in _MESSAGES:
            continue
        reason = unclear_endpoints(flow)
        if reason is not None:
            yield Silence(reason)
            return
        message, remedy = _MESSAGES[defect.fault]
        related = [(name_of(flow.steps[defect.split]), "splits")] if defect.split is not None else []
        yield finding(
            flow, flow.steps[defect.step], message.format(defect.step), help=remedy, related=related
        )
