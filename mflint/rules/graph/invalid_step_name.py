from __future__ import annotations

import re
from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding


@rule("MF516", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A step's name has characters that Metaflow does not allow.

    ## What it does

    A step's name consists of lower case letters, digits and underscores, and does not begin with an
    underscore.

    ## Why it matters

    Names of steps become names of resources in schedulers and stores, many of which allow no others.
    Metaflow refuses to run the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.trainModel)

        @step
        def trainModel(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF516 at 10:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.train_model)

        @step
        def train_model(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    for step in flow.steps.values():
        if re.search("[^a-z0-9_]", step.name) or step.name.startswith("_"):
            yield finding(
                flow,
                step,
                f"`{step.name}` is no valid name of a step",
                help="Use lower case letters, digits and underscores, and begin with a letter.",
            )
