from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from mflint.diagnostics import Applicability, Place, Remedy, Silence, Violation
from mflint.model import Step
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF401", Profile.RECOMMENDED, fix=Applicability.UNSAFE)
def check(step: Step, context: Context) -> Iterator[Violation | Silence]:
    """A data frame is kept as an artifact.

    ## What it does

    Finds data frames and series of pandas, polars, pyarrow, dask, Spark and their kin that a step, or a
    method that it calls, assigns to `self` and that are still there when the step ends. Frames are recognised
    by constructors and readers, by methods that return frames again, by annotations, and through helper
    functions of the project. A frame that the same step deletes or replaces later is fine.

    ## Why it matters

    Whoever reads the artifact later (the next step on another machine, a notebook, a service) needs the
    library that wrote it, in a version that can still load it. Plain Python data can be read by everyone, for
    years.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            import pandas as pd

            self.events = pd.read_csv("events.csv")
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF401 at 9:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            import pandas as pd

            self.events = pd.read_csv("events.csv").to_dict("list")
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Fix safety

    The fix adds `.to_dict("list")`, or what does the same in the other library, where the value is assigned.
    It is unsafe: steps that read the artifact get plain data then. There is none where the step reads the
    artifact again, or an annotation names its type. The step has a call more then, so that
    `missing-step-docstring` may ask for a docstring.
    """
    from mflint.analysis.artifacts.kept import kept_values
    from mflint.analysis.artifacts.plain_data import plain_data_edits
    from mflint.analysis.artifacts.sight import leaves_sight
    from mflint.analysis.types.libraries import FRAME_TYPES

    flow = next(flow for flow in context.flows if step in flow.steps.values())
    for kept in kept_values(flow, step, context.names):
        if kept.type not in FRAME_TYPES:
            continue
        if leaves_sight(flow, step, context.names):
            yield Silence(f"`self` leaves step `{step.name}` for code that may delete artifacts")
            continue
        yield Violation(
            Place(step.file.path, kept.write.node),
            f"`self.{kept.write.name}` keeps a `{kept.type}`",
            help='Keep plain Python data, such as `.to_dict("list")`, or delete it in this step.',
            remedy=Remedy(
                "Keep plain Python data",
                Applicability.UNSAFE,
                partial(plain_data_edits, flow=flow, step=step, kept=kept),
            ),
        )
