from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF402", Profile.STRICT)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """An object of a third-party library is kept as an artifact.

    ## What it does

    Finds arrays, tensors, estimators and all other instances of classes of third-party libraries that a step,
    or a method that it calls, assigns to `self` and that are still there when the step ends. They are
    recognised by constructors, by well-known functions such as `np.array` and `xgboost.train`, by methods
    that return the same kind of object, and by annotations. Data frames are MF401's.

    ## Why it matters

    Whoever reads the artifact later (the next step on another machine, a notebook, a service) needs the
    library that wrote it, in a version that can still load it. Where a format of the library's own or plain
    Python data will do, it is readable for years.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            import numpy as np

            self.weights = np.zeros(10)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF402 at 9:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            import numpy as np

            self.weights = np.zeros(10).tolist()
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.artifacts.kept import kept_values
    from mflint.analysis.artifacts.sight import leaves_sight
    from mflint.analysis.types.classes import described, is_library_instance
    from mflint.analysis.types.libraries import FRAME_TYPES

    for step in flow.steps.values():
        for kept in kept_values(flow, step, context.names):
            library = is_library_instance(kept.type) and kept.type not in FRAME_TYPES
            if not library or described(kept.type) is not None:
                continue
            if leaves_sight(flow, step, context.names):
                yield Silence(f"`self` leaves step `{step.name}` for code that may delete artifacts")
                continue
            yield Violation(
                Place(step.file.path, kept.write.node),
                f"`self.{kept.write.name}` keeps a `{kept.type}`",
                help="Keep plain Python data or bytes in a format of the library's own.",
                step=step.name,
            )
