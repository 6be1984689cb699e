from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import ArtifactWrite, AssignmentKind, Flow, FlowFile, Step
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF408", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A step deletes an artifact that an earlier step assigned.

    ## What it does

    Reports `del self.x` and `delattr(self, "x")` in a step, or a method that it calls, where only earlier
    steps assign `x`. A step may delete what it has assigned itself. Where the step asks with `hasattr`, or
    catches `AttributeError`, the rule keeps silent.

    ## Why it matters

    What earlier steps assigned is not on the flow object but in the datastore, and loaded when it is read.
    `del` raises `AttributeError` where the step has not read the artifact before, and where it has, the
    artifact is there again in the next step.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.rows = [1, 2]
            self.next(self.train)

        @step
        def train(self):
            del self.rows
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF408 at 12:13

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.rows = [1, 2]
            self.next(self.train)

        @step
        def train(self):
            self.rows = None
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.artifacts.constants import read_only
    from mflint.analysis.artifacts.sight import unseen
    from mflint.analysis.steps.exceptions import is_caught
    from mflint.analysis.steps.reach import run_by

    attributes = read_only(flow, context.names)
    for step in flow.steps.values():
        for function, file in run_by(flow, step):
            for write in function.writes:
                deletes = write.kind is AssignmentKind.DELETE and not write.nested
                if not deletes or write.name in {*attributes, *flow.methods, *flow.steps}:
                    continue
                violation = _violation(flow, step, file, write)
                if violation is None or is_caught(write.node, function, "AttributeError"):
                    continue
                doubt = unseen(flow, step)
                yield violation if doubt is None else Silence(doubt)


def _violation(flow: Flow, step: Step, file: FlowFile, write: ArtifactWrite) -> Violation | None:
    from mflint.analysis.artifacts.later import assignments_in, steps_before
    from mflint.analysis.steps.graph import successors
    from mflint.analysis.steps.reach import mentioned_by
    from mflint.model import ReadKind

    own = assignments_in(flow, step, write.name)
    if any(assignment.kind is not AssignmentKind.DELETE for assignment in own):
        return None
    reads = [r for f, _ in mentioned_by(flow, step) for r in f.reads if r.name == write.name]
    if any(read.kind is ReadKind.TESTED for read in reads) or (reads and not successors(flow, step)):
        return None
    for earlier in steps_before(flow, step):
        for assigned, where in _assigned(flow, earlier, write.name):
            return Violation(
                Place(file.path, write.node),
                f"`del self.{write.name}` cannot remove what step `{earlier.name}` has stored",
                help="Assign `None` instead, or delete it in the step that assigns it.",
                step=step.name,
                related=((Place(where.path, assigned.node), f"assigned in step `{earlier.name}`"),),
            )
    return None


def _assigned(flow: Flow, step: Step, name: str) -> Iterator[tuple[ArtifactWrite, FlowFile]]:
    from mflint.analysis.artifacts.fate import CHANGING
    from mflint.analysis.steps.reach import run_by

    for function, file in run_by(flow, step):
        for write in function.writes:
            without_value = write.kind in CHANGING or write.kind is AssignmentKind.DECLARED
            if write.name == name and not write.nested and not without_value:
                yield write, file
