from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from mflint.artifacts import REPLACING, is_kept
from mflint.context import Context
from mflint.diagnostics import Place, Silence, Violation
from mflint.inference import FrameTypes
from mflint.model import ArtifactWrite, AssignmentKind, Flow, Function, Step
from mflint.names import External
from mflint.reach import called_methods, reached_functions
from mflint.rules import Profile, rule


@rule("MF401", Profile.RECOMMENDED)
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
    """
    flow = next(flow for flow in context.flows if step in flow.steps.values())
    for function in _functions(flow, step):
        types = FrameTypes(function, step.file, context.names, step.owner)
        for write in function.writes:
            if write.nested or write.kind is AssignmentKind.DECLARED:
                continue
            frame = types.of_assignment(write) or _declared(flow, write, types)
            if frame is None or not is_kept(write, function, step, flow):
                continue
            reason = _out_of_sight(flow, step, context)
            if reason is not None:
                yield Silence(reason)
            else:
                yield Violation(
                    Place(step.file.path, write.node),
                    f"`self.{write.name}` keeps a `{frame}`",
                    help='Keep plain Python data, such as `.to_dict("list")`, or delete it in this step.',
                )


def _functions(flow: Flow, step: Step) -> Iterator[Function]:
    for function, file, serves in reached_functions(flow):
        if serves == step.name and file is step.file:
            yield function


def _declared(flow: Flow, write: ArtifactWrite, types: FrameTypes) -> str | None:
    """The frame type that the class declares for the artifact, where a call gives it its value.

    A call of a method such as `to_dict` says by itself that its result is another type.
    """
    if write.kind is AssignmentKind.DELETE or write.kind not in REPLACING or write.elements != ():
        return None
    if not isinstance(write.value, cst.Call):
        return None
    function = write.value.func
    if isinstance(function, cst.Attribute) and function.attr.value.startswith("to_"):
        return None
    for declared in flow.definition.attributes.get(write.name, ()):
        if declared.kind is AssignmentKind.DECLARED:
            return types.of_annotation(declared.annotation)
    return None


def _out_of_sight(flow: Flow, step: Step, context: Context) -> str | None:
    """What may replace or delete an artifact unseen: `self` handed to code that is not Metaflow's own."""
    functions = [(step.function, step.file), *called_methods(flow, step.function)]
    for function, file in functions:
        escapes = set(function.escapes)
        for call in function.calls:
            meaning = context.names.resolve(file, call.name, function.imports)
            if isinstance(meaning, External) and meaning.qualified.startswith("metaflow."):
                escapes.difference_update(argument.node for argument in call.arguments)
        if escapes:
            return f"`self` leaves step `{step.name}` for code that may delete artifacts"
    return None
