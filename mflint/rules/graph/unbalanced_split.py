from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.balance import Fault, defects
from mflint.analysis.steps.declared import is_judged, unclear_endpoints
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding, name_of

_MESSAGES = {
    Fault.OPEN: ("no join closes the split `{}`", "Let its branches meet in a step with `inputs`."),
    Fault.NO_SPLIT: ("step `{}` joins, but there is no split before it", "Remove the argument `inputs`."),
    Fault.INCOMPLETE: (
        "not all branches of `{1}` lead to its join `{0}`",
        "Let each of them end in the join.",
    ),
}


@rule("MF510", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A split and a join do not belong together.

    ## What it does

    Finds a split or foreach that no join closes before the last step, and a join without a split, or with
    only some of its branches. It needs transitions and arguments that are right.

    ## Why it matters

    Each split needs one join, in which all its branches meet. Metaflow refuses to run the flow.

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
        def end(self):
            pass
    ```

    Finds: MF510 at 6:9

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
    for defect in defects(flow):
        if defect.fault not in _MESSAGES:
            continue
        reason = unclear_endpoints(flow)
        if reason is not None:
            yield Silence(reason)
            return
        message, remedy = _MESSAGES[defect.fault]
        other = defect.split if defect.split not in (None, defect.step) else None
        related = [(name_of(flow.steps[other]), "splits")] if other is not None else []
        yield finding(
            flow,
            flow.steps[defect.step],
            message.format(defect.step, defect.split),
            help=remedy,
            related=related,
        )
