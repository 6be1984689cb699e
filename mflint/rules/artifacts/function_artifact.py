from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow, Step
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.analysis.artifacts.kept import Kept
    from mflint.context import Context


@rule("MF403", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A step reads a function that an earlier step kept as an artifact.

    ## What it does

    Reports a function, a lambda or a method that a step assigns to `self`, where a later step reads it and no
    step in between gives the artifact another value. A function that only its own step uses is fine, and so
    are `functools.partial`, builtins, and functions that a decorator has turned into other objects: Metaflow
    stores those.

    ## Why it matters

    Metaflow leaves functions and methods out when it stores the artifacts of a step, and says nothing. The
    later step fails with `AttributeError`, or gets the value that the artifact had before.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.score = lambda row: row["a"] * 2
            self.next(self.end)

        @step
        def end(self):
            print(self.score({"a": 1}))
    ```

    Finds: MF403 at 7:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.factor = 2
            self.next(self.end)

        def score(self, row):
            return row["a"] * self.factor

        @step
        def end(self):
            print(self.score({"a": 1}))
    ```
    """
    from mflint.analysis.artifacts.kept import kept_values
    from mflint.analysis.artifacts.sight import unseen
    from mflint.analysis.types.classes import FUNCTIONS

    for step in flow.steps.values():
        for kept in kept_values(flow, step, context.names):
            name = kept.write.name
            if kept.type not in FUNCTIONS or kept.declared or name in {*flow.methods, *flow.steps}:
                continue
            violation = _violation(flow, step, kept, FUNCTIONS[kept.type])
            doubt = unseen(flow, step)
            if violation is not None:
                yield violation if doubt is None else Silence(doubt)


def _violation(flow: Flow, step: Step, kept: Kept, what: str) -> Violation | None:
    from mflint.analysis.artifacts.later import later_reads
    from mflint.analysis.steps.exceptions import is_caught

    name = kept.write.name
    for later in later_reads(flow, step, name):
        if not is_caught(later.read.node, later.function, "AttributeError"):
            return Violation(
                Place(step.file.path, kept.write.node),
                f"Metaflow does not store `self.{name}`, {what}, and step `{later.step.name}` reads it",
                help="Make it a method of the flow or a function of a module, and keep the data it needs.",
                step=step.name,
                related=((Place(later.file.path, later.read.node), f"read by step `{later.step.name}`"),),
            )
    return None
