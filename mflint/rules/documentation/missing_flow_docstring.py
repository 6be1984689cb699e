from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.places import class_of


@rule("MF304", Profile.STRICT)
def check(flow: Flow) -> Iterator[Violation]:
    """A flow has no docstring.

    ## What it does

    Looks for a docstring in the class of every flow that can be run. A docstring of a base class does not
    count: it says what all its flows do.

    ## Why it matters

    Metaflow prints the docstring in `python flow.py show` and shows it in its UI. It is where a reader learns
    what the flow is for before reading any step.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF304 at 4:7

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        '''Learn from last week's events which customers may leave.'''

        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if flow.runnable and not (flow.definition.docstring or "").strip():
        yield Violation(
            class_of(flow),
            f"`{flow.name}` has no docstring",
            help="Say what the flow is for, and what its test mode leaves out.",
        )
