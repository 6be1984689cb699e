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
    from mflint.later import IN_PLACE, run_by

    for step in flow.steps.values():
        for function, file in run_by(flow, step):
            for write in function.writes:
                if write.nested or write.kind in IN_PLACE or write.kind is AssignmentKind.DECLARED:
                    continue
                found = _violation(flow, step, function, file, write)
                if found is not None:
                    yield found if not flow.unknown else Silence(flow.unknown[0])


def _violation(
    flow: Flow, step: Step, function: Function, file: FlowFile, write: ArtifactWrite
) -> Violation | None:
    from mflint.guards import is_caught

    reason = _reason(flow, step, write)
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


_Reason = tuple[str, tuple[tuple[Place, str], ...]]


def _reason(flow: Flow, step: Step, write: ArtifactWrite) -> _Reason | None:
    """What is wrong with the name, and the places that explain it."""
    from mflint.reserved import READ_ONLY, REPLACED, REPLACED_INTERNALS, TRANSITION, VITAL

    name = write.name
    if name in flow.methods or name in flow.steps:
        return _method(flow, step, write)
    if any(name in klass.attributes for klass, _ in flow.lineage):
        private = name.startswith("_") and name not in VITAL
        return _read_later(flow, step, write, "the class attribute") if private else None
    if name in READ_ONLY:
        return "is read-only: the assignment raises `AttributeError`", ()
    if write.kind is AssignmentKind.DELETE:
        return None
    last = not step.function.transitions
    if name in VITAL or (name == TRANSITION and not last):
        return "is what Metaflow itself works with: the task fails", ()
    if name in REPLACED and not last:
        return "is set anew by Metaflow: the value is gone in the next step", ()
    if name in REPLACED_INTERNALS or (name.startswith("__") and name.endswith("__")):
        return _read_later(flow, step, write, "Metaflow's own")
    return None


def _method(flow: Flow, step: Step, write: ArtifactWrite) -> _Reason | None:
    name = write.name
    if name in flow.steps:
        named = any(name in transition.targets for transition in step.function.transitions)
        if named and write.kind is not AssignmentKind.DELETE:
            return "is a step that `self.next` can no longer find", ()
        return _read_later(flow, step, write, "the step")
    function, file = flow.methods[name]
    marks = [decorator.name for decorator in function.decorators]
    if marks == ["property"]:
        place = Place(file.path, function.name_node)
        return "is a property without a setter: the assignment raises `AttributeError`", (
            (place, "defined here"),
        )
    return _read_later(flow, step, write, "the method") if not marks else None


def _read_later(flow: Flow, step: Step, write: ArtifactWrite, what: str) -> _Reason | None:
    """What the class defines is found before what a step has stored, so later steps get that."""
    from mflint.later import later_reads

    if write.kind is AssignmentKind.DELETE:
        return None
    for later in later_reads(flow, step, write.name):
        called = {call.node.func for call in later.function.calls}
        targets = {node for transition in later.function.transitions for node in transition.target_nodes}
        if later.read.node not in called | targets:
            place = Place(later.file.path, later.read.node)
            return (
                f"is lost: step `{later.step.name}` reads {what} of that name instead",
                ((place, f"read by step `{later.step.name}`"),),
            )
    return None
