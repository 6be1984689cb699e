from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow, FlowFile, Function, ParameterKind, Step
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.analysis.artifacts.constants import ReadOnly
    from mflint.analysis.steps.changes import Change
    from mflint.context import Context


@rule("MF409", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A step changes a parameter or a constant of the flow in place.

    ## What it does

    Reports item assignments and methods such as `append` and `update` on a `Parameter`, or on a container
    that is a constant of the class, where a later step reads it and does not change it likewise. On a
    `Config` every such change is reported.

    ## Why it matters

    Every task reads the parameters from the datastore and the constants from the class again, so that the
    change is gone in the next step. A `Config` is immutable: the change raises `TypeError`.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        options = {"depth": 3}

        @step
        def start(self):
            self.options["rounds"] = 100
            self.next(self.end)

        @step
        def end(self):
            print(self.options["rounds"])
    ```

    Finds: MF409 at 9:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        options = {"depth": 3}

        @step
        def start(self):
            self.all_options = {**self.options, "rounds": 100}
            self.next(self.end)

        @step
        def end(self):
            print(self.all_options["rounds"])
    ```
    """
    from mflint.analysis.artifacts.constants import read_only
    from mflint.analysis.steps.changes import changes_in_place
    from mflint.analysis.steps.reach import run_by

    attributes = read_only(flow, context.names)
    for step in flow.steps.values() if attributes else ():
        for function, file in run_by(flow, step):
            if all(read.name not in attributes for read in function.reads):
                continue
            for change in changes_in_place(function):
                found = attributes.get(change.base.removeprefix("self."))
                if found is None or not change.base.startswith("self.") or change.nested:
                    continue
                violation = _violation(flow, step, function, file, change, found)
                if violation is not None:
                    yield violation if found.unclear is None else Silence(found.unclear)


def _violation(
    flow: Flow, step: Step, function: Function, file: FlowFile, change: Change, found: ReadOnly
) -> Violation | None:
    from mflint.analysis.steps.exceptions import is_caught

    if not found.mutable:
        return None
    declared = (Place(found.file.path, found.node), "declared here")
    if found.kind is ParameterKind.CONFIG and not found.plain:
        if not change.direct or is_caught(change.node, function, "TypeError"):
            return None
        return Violation(
            Place(file.path, change.node),
            f"`self.{found.name}` is a Config, which is immutable: the change raises `TypeError`",
            help="Change a copy: `dict(…)`.",
            step=step.name,
            related=(declared,),
        )
    later = _read_unchanged(flow, step, found.name)
    if later is None:
        return None
    place, name = later
    return Violation(
        Place(file.path, change.node),
        f"the change of `self.{found.name}`, {found.described}, is gone in step `{name}`",
        help="Keep the changed value in an artifact of its own.",
        step=step.name,
        related=(declared, (place, f"read by step `{name}`")),
    )


def _read_unchanged(flow: Flow, step: Step, name: str) -> tuple[Place, str] | None:
    """Where a later step reads the attribute that does not change it itself."""
    from mflint.analysis.artifacts.later import later_reads
    from mflint.analysis.steps.changes import changed_names
    from mflint.analysis.steps.reach import mentioned_by

    for later in later_reads(flow, step, name):
        changed = (n for function, _ in mentioned_by(flow, later.step) for n in changed_names(function))
        if f"self.{name}" not in changed:
            return Place(later.file.path, later.read.node), later.step.name
    return None
