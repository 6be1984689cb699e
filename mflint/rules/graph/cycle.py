from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged, lacks_end
from mflint.analysis.steps.graph import closing_transitions
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding, name_of


@rule("MF508", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """Steps lead back to themselves.

    ## What it does

    Finds a `self.next` that leads back to a step on the way to it. A switch may repeat its own step. A way
    back to the first step is MF519's.

    ## Why it matters

    The run would never end; Metaflow refuses it.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.train)

        @step
        def train(self):
            self.next(self.check)

        @step
        def check(self):
            self.next(self.train)

        @step
        def end(self):
            pass
    ```

    Finds: MF508 at 14:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.train)

        @step
        def train(self):
            self.more = "no"
            self.next({"yes": self.train, "no": self.end}, condition="more")

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    if lacks_end(flow):
        return
    for step, target, node in closing_transitions(flow):
        yield finding(
            flow,
            step,
            f"step `{step.name}` leads back to `{target}`",
            help="Break the loop; only a switch may repeat its own step.",
            related=[
                (Place(step.file.path, node), "leads back"),
                (name_of(flow.steps[target]), "begins the loop"),
            ],
        )
