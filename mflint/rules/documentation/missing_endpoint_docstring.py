from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Violation
from mflint.model import Flow, Step
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF301", Profile.RECOMMENDED)
def check(step: Step, context: Context) -> Iterator[Violation]:
    """The first or the last step has no docstring.

    ## What it does

    Looks at the steps `start` and `end`, or those marked `@step(start=True)` and `@step(end=True)`, where
    they are defined: a base flow's step is reported in the base flow's file.

    ## Why it matters

    The other steps say by their names what they do. `start` and `end` cannot, so their docstrings are where a
    reader learns what comes into a flow and what it leaves behind.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            '''Publish the model.'''
    ```

    Finds: MF301 at 6:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            '''Load last week's events.'''
            self.next(self.end)

        @step
        def end(self):
            '''Publish the model.'''
    ```
    """
    if (step.function.docstring or "").strip():
        return
    flows = [flow for flow in context.flows if step in flow.steps.values()]
    for which, is_endpoint in (("first", _is_first), ("last", _is_last)):
        if any(is_endpoint(flow, step) for flow in flows):
            yield Violation(
                Place(step.file.path, step.function.name_node),
                f"the {which} step `{step.name}` has no docstring",
                help="Say what comes in here." if which == "first" else "Say what the flow leaves behind.",
            )
            return


def _is_first(flow: Flow, step: Step) -> bool:
    return flow.start is step if flow.runnable else step.starts or step.name == "start"


def _is_last(flow: Flow, step: Step) -> bool:
    return flow.end is step if flow.runnable else step.ends or step.name == "end"
