from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged, lacks_end, unseen_steps
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF505", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """`self.next` names a step that does not exist.

    ## What it does

    Compares each step that `self.next` names with the steps of the flow, inherited ones included. A method
    without `@step` is no step. Where a base class from outside the project may bring it, the rule keeps
    silent.

    ## Why it matters

    Metaflow cannot build the graph and refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.trian)

        @step
        def train(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF505 at 7:19

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
    for step in flow.steps.values():
        tail = step.function.tail
        if tail is None or step is flow.end:
            continue
        for name, node in zip(tail.targets, tail.target_nodes, strict=True):
            if name in flow.steps or (name == "end" and lacks_end(flow)):
                continue
            reason = unseen_steps(flow, name)
            if reason is not None:
                yield Silence(reason)
                continue
            method = flow.methods.get(name)
            yield finding(
                flow,
                step,
                f"step `{step.name}` leads to `{name}`, which is no step",
                node=node,
                help="Decorate it with `@step`." if method else "Name a step of the flow.",
                related=[(Place(method[1].path, method[0].name_node), "has no `@step`")] if method else [],
            )
