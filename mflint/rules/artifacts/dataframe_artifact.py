from __future__ import annotations

from collections.abc import Iterator

from mflint.context import Context
from mflint.diagnostics import Place, Violation
from mflint.inference import FrameTypes
from mflint.model import ArtifactWrite, AssignmentKind, Flow, Function, Step
from mflint.reach import reached_functions
from mflint.rules import Profile, rule

_REPLACING = {
    AssignmentKind.PLAIN,
    AssignmentKind.ANNOTATED,
    AssignmentKind.UNPACKED,
    AssignmentKind.DELETE,
    AssignmentKind.SETATTR,
    AssignmentKind.WITH,
}


@rule("MF401", Profile.RECOMMENDED)
def check(step: Step, context: Context) -> Iterator[Violation]:
    """A data frame is kept as an artifact.

    ## What it does

    Finds data frames and series of pandas, polars, pyarrow, dask, Spark and their kin that a step, or a method that
    it calls, assigns to `self` and that are still there when the step ends. Frames are recognised by constructors and
    readers, by methods that return frames again, by annotations, and through helper functions of the project. A frame
    that the same step deletes or replaces later is fine.

    ## Why it matters

    Whoever reads the artifact later (the next step on another machine, a notebook, a service) needs the library
    that wrote it, in a version that can still load it. Plain Python data can be read by everyone, for years.

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
    """
    flow = next(flow for flow in context.flows if step in flow.steps.values())
    for function in _functions(flow, step):
        types = FrameTypes(function, step.file, context.names, step.owner)
        for write in function.writes:
            frame = types.of_assignment(write) or _declared(flow, write, types)
            if frame is not None and _is_kept(write, function, step):
                yield Violation(
                    Place(step.file.path, write.node),
                    f"`self.{write.name}` keeps a `{frame}`",
                    help="Keep plain Python data, such as `.to_dict(\"list\")`, or delete it before the step ends.",
                )


def _functions(flow: Flow, step: Step) -> Iterator[Function]:
    for function, file, serves in reached_functions(flow):
        if serves == step.name and file is step.file:
            yield function


def _declared(flow: Flow, write: ArtifactWrite, types: FrameTypes) -> str | None:
    """The frame type that the class declares for the artifact, where it is assigned as a whole."""
    if write.kind not in _REPLACING or write.kind is AssignmentKind.DELETE:
        return None
    for declared in flow.definition.attributes.get(write.name, ()):
        if declared.kind is AssignmentKind.DECLARED:
            return types.of_annotation(declared.annotation)
    return None


def _is_kept(write: ArtifactWrite, function: Function, step: Step) -> bool:
    """Whether nothing replaces or deletes the artifact on every way from `write` to the end of the step."""
    if function is not step.function and any(w.name == write.name for w in step.function.writes):
        return False
    return not any(
        later.name == write.name
        and later.kind in _REPLACING
        and later.order > write.order
        and write.block[: len(later.block)] == later.block
        for later in function.writes
    )
