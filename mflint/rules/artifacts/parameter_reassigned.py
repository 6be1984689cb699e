from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import AssignmentKind, Flow
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF406", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A step assigns to a parameter or a constant of the flow.

    ## What it does

    Reports every assignment to a `Parameter`, `Config` or `IncludeFile` of the flow, or to a constant of the
    class, in a step or a method that a step calls: augmented ones, deletions, `setattr`, and the targets of
    loops and `with` too. An annotation without a value declares no constant, and a name with a leading
    underscore is none. Where `AttributeError` is caught the rule keeps silent.

    ## Why it matters

    Metaflow makes parameters and constants read-only while steps run, so that they are the same in every
    step. The assignment raises `AttributeError: Flow level attributes and Parameters are not modifiable`.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        rows = Parameter("rows", default=1000)
        limit = 10

        @step
        def start(self):
            self.rows = min(self.rows, 500)
            self.limit += 1
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF406 at 10:9, MF406 at 11:9

    ```python title="good"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        rows = Parameter("rows", default=1000)
        limit = 10

        @step
        def start(self):
            self.used_rows = min(self.rows, 500)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.artifacts.constants import read_only
    from mflint.analysis.artifacts.later import IN_PLACE
    from mflint.analysis.steps.exceptions import is_caught
    from mflint.analysis.steps.reach import reached_functions

    attributes = read_only(flow, context.names)
    for function, file, step in reached_functions(flow):
        for write in function.writes:
            found = attributes.get(write.name)
            harmless = write.nested or write.kind in IN_PLACE or write.kind is AssignmentKind.DECLARED
            if found is None or harmless or is_caught(write.node, function, "AttributeError"):
                continue
            if found.unclear is not None:
                yield Silence(found.unclear)
                continue
            verb = "deletes" if write.kind is AssignmentKind.DELETE else "assigns to"
            yield Violation(
                Place(file.path, write.node),
                f"step `{step}` {verb} `self.{write.name}`, {found.described}, which is read-only",
                help="Give the new value an artifact of its own.",
                step=step,
                related=((Place(found.file.path, found.node), "declared here"),),
            )
