from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import ArtifactWrite, AssignmentKind, Flow, FlowFile, Function, Step
from mflint.rules import Profile, rule


@rule("MF407", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """An artifact has a name that belongs to Metaflow or to a method of the flow.

    ## What it does

    Reports assignments to attributes of the flow object that are Metaflow's own. Some raise `AttributeError`
    (`input`, `index`, `script_name`, `_graph_info`), some break the task (`next`, `_datastore`), and some are
    gone in the next step (`name`, `cmd`, `foreach_stack`, `merge_artifacts`). The same goes for a property of
    the class, and for the name of a step, of a method or of a class attribute with a leading underscore: a
    later step that reads the artifact gets what the class defines.

    ## Why it matters

    Metaflow stores what a step assigns, but a later task looks at the flow object and its class first, and
    only then at what is stored.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.name = "churn"
            self.scores = [0.5]
            self.next(self.end)

        def scores(self):
            return []

        @step
        def end(self):
            print(self.name, max(self.scores))
    ```

    Finds: MF407 at 7:9, MF407 at 8:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.model_name = "churn"
            self.all_scores = [0.5]
            self.next(self.end)

        def scores(self):
            return []

        @step
        def end(self):
            print(self.model_name, max(self.all_scores))
    ```

    ## References

    - `FlowSpec` in metaflow/flowspec.py and `MetaflowTask.run_step` in metaflow/task.py
    """
    from mflint.analysis.artifacts.later import IN_PLACE
    from mflint.analysis.steps.reach import run_by

    for step in flow.steps.values():
        for function, file in run_by(flow, step):
            for write in function.writes:
                if write.nested or write.kind in IN_PLACE or write.kind is AssignmentKind.DECLARED:
                    continue
                found = _violation(flow, step, function, file, write)
                if found is not None:
                    yield found if not flow.unknown else Silence(flow.unknown[0])


_Reason = tuple[str, tuple[tuple[Place, str], ...]]
"""What is wrong with a name, and the places that explain it."""


def _violation(
    flow: Flow, step: Step, function: Function, file: FlowFile, write: ArtifactWrite
) -> Violation | None:
    from mflint.analysis.artifacts.fate import is_kept
    from mflint.analysis.steps.exceptions import is_caught

    reason = _raises(flow, write)
    if reason is None and write.kind is not AssignmentKind.DELETE and is_kept(write, function, step, flow):
        reason = _taken(flow, step, write)
    if reason is None or is_caught(write.node, function, "AttributeError"):
        return None
    text, related = reason
    return Violation(
        Place(file.path, write.node),
        f"`self.{write.name}` {text}",
        help="Give the artifact another name.",
        step=step.name,
        related=related,
    )


def _raises(flow: Flow, write: ArtifactWrite) -> _Reason | None:
    """Whether the name is that of a property without a setter."""
    from mflint.analysis.artifacts.flowspec import READ_ONLY

    if write.name in flow.methods:
        function, file = flow.methods[write.name]
        if [decorator.name for decorator in function.decorators] != ["property"]:
            return None
        text = "is a property without a setter: the assignment raises `AttributeError`"
        return text, ((Place(file.path, function.name_node), "defined here"),)
    if write.name not in READ_ONLY or _is_defined(flow, write.name):
        return None
    return "is read-only: the assignment raises `AttributeError`", ()


def _taken(flow: Flow, step: Step, write: ArtifactWrite) -> _Reason | None:
    """Whether the value breaks the task, or is gone in the next step."""
    from mflint.analysis.artifacts.flowspec import REPLACED, REPLACED_INTERNALS

    name, last = write.name, not step.function.transitions
    if name in flow.steps:
        if any(name in transition.targets for transition in step.function.transitions):
            return "is a step that `self.next` can no longer find", ()
        return _read_later(flow, step, name, "the step")
    if name in flow.methods:
        decorated = flow.methods[name][0].decorators
        return _read_later(flow, step, name, "the method") if not decorated else None
    if _is_defined(flow, name):
        return _read_later(flow, step, name, "the class attribute") if name.startswith("_") else None
    if _is_fatal(write, last):
        return "is what Metaflow itself works with: the task fails", ()
    if name in REPLACED and not last:
        return "is set anew by Metaflow: the value is gone in the next step", ()
    if name in REPLACED_INTERNALS or (name.startswith("__") and name.endswith("__")):
        return _read_later(flow, step, name, "Metaflow's own")
    return None


def _is_fatal(write: ArtifactWrite, last: bool) -> bool:
    """Whether the run certainly fails; other values than a number may be what Metaflow expects."""
    from mflint.analysis.artifacts.flowspec import DATASTORE, TRANSITION, VITAL
    from mflint.syntax import literal

    if write.name == DATASTORE:
        return True
    value = literal(write.value) if write.value is not None and not write.elements else None
    number = isinstance(value, (int, float)) and bool(value)
    return not last and (write.name == TRANSITION or (write.name in VITAL and number))


def _is_defined(flow: Flow, name: str) -> bool:
    """Whether the class gives the name a value: an annotation alone does not."""
    from mflint.analysis.artifacts.constants import class_attributes

    return name in flow.steps or name in class_attributes(flow)


def _read_later(flow: Flow, step: Step, name: str, what: str) -> _Reason | None:
    """What the class defines is found before what a step has stored, so later steps get that."""
    from mflint.analysis.artifacts.later import later_reads

    for later in later_reads(flow, step, name):
        called = {call.node.func for call in later.function.calls}
        targets = {node for transition in later.function.transitions for node in transition.target_nodes}
        if later.read.node not in called | targets:
            place = Place(later.file.path, later.read.node)
            return (
                f"is lost: step `{later.step.name}` reads {what} of that name instead",
                ((place, f"read by step `{later.step.name}`"),),
            )
    return None
