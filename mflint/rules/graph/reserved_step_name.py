from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding

_RESERVED = {"name", "next", "input", "index", "cmd"}


@rule("MF515", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A step has a name that Metaflow needs itself.

    ## What it does

    Finds steps called `name`, `next`, `input`, `index` or `cmd`.

    ## Why it matters

    Each flow has attributes of these names, which the step would hide. Metaflow refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.input)

        @step
        def input(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF515 at 10:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.load)

        @step
        def load(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    for step in flow.steps.values():
        if step.name in _RESERVED:
            yield finding(
                flow, step, f"`{step.name}` cannot be the name of a step", help="Give the step another name."
            )
