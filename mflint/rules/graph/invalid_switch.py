from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.balance import leads_into_joins
from mflint.analysis.steps.declared import is_judged
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow, TransitionKind
from mflint.rules import Profile, rule
from mflint.rules.graph import finding, name_of


@rule("MF513", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A switch has a form that Metaflow cannot read.

    ## What it does

    Looks at `self.next({"a": self.x, "b": self.y}, condition="name")`: it needs at least two cases, keys
    that are literals or entries of a config (`self.config.key`), a condition that is a string, and no case
    that leads straight into a join.

    ## Why it matters

    Metaflow reads the cases from the source without running it. It refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.kind = "fast"
            self.next({"fast": self.end}, condition="kind")

        @step
        def end(self):
            pass
    ```

    Finds: MF513 at 8:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.kind = "fast"
            self.next({"fast": self.end, "slow": self.train}, condition="kind")

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
    for step in flow.steps.values():
        tail = step.function.tail
        if tail is None or not tail.is_switch or step is flow.end:
            continue
        if tail.kind is TransitionKind.INVALID:
            message = f"Metaflow cannot read the switch of step `{step.name}`"
            remedy = 'Write `self.next({"a": self.x, "b": self.y}, condition="name")` with literal keys.'
            yield finding(flow, step, message, node=tail.node, help=remedy)
            continue
        if len(tail.targets) < 2:
            message = f"the switch of step `{step.name}` has only one case"
            yield finding(flow, step, message, node=tail.node, help="Add a case, or name the step directly.")
        for name in leads_into_joins(flow, step):
            yield finding(
                flow,
                step,
                f"a case of the switch `{step.name}` leads straight into the join `{name}`",
                node=tail.node,
                help="Put a step between them.",
                related=[(name_of(flow.steps[name]), "takes `inputs`")],
            )
