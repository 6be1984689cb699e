from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import ArtifactWrite, Flow, FlowFile, Step
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF405", Profile.STRICT)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """An artifact has no type annotation.

    ## What it does

    Reports each artifact that neither the class, or a base class, nor the step that assigns it first
    annotates. Targets of loops, of `with` and of tuples count: an annotation on the class covers them.
    Names with a leading underscore do not count.

    ## Why it matters

    Artifacts are what the steps of a flow say to each other and to everyone who reads the run. An annotation
    tells readers and type checkers what is in them without running the steps before.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.rows = 1000
            self.next(self.end)

        @step
        def end(self):
            print(self.rows)
    ```

    Finds: MF405 at 7:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        rows: int

        @step
        def start(self):
            self.rows = 1000
            self.next(self.end)

        @step
        def end(self):
            print(self.rows)
    ```
    """
    from mflint.analysis.artifacts.constants import read_only
    from mflint.analysis.artifacts.flowspec import NON_PARAMETERS
    from mflint.analysis.steps.graph import step_graph

    covered = {name for klass, _ in flow.lineage for name, found in klass.attributes.items() if found}
    covered.update(read_only(flow, context.names), NON_PARAMETERS, flow.methods, flow.steps)
    doubtful = False
    for node in step_graph(flow).nodes.values():
        first = _first_assignments(flow, node.step)
        for name, (write, file) in first.items():
            if name in covered or name.startswith("_"):
                continue
            covered.add(name)
            if write.annotation is not None:
                continue
            if flow.unknown:
                doubtful = True
                continue
            yield Violation(
                Place(file.path, write.node),
                f"artifact `{name}` has no type annotation",
                help=f"Annotate it in the class: `{name}: …`.",
                step=node.step.name,
            )
    if doubtful:
        yield Silence(flow.unknown[0])


def _first_assignments(flow: Flow, step: Step) -> dict[str, tuple[ArtifactWrite, FlowFile]]:
    """The first assignment of the step to each artifact, an annotated one before all others."""
    from mflint.analysis.artifacts.fate import CHANGING
    from mflint.analysis.steps.reach import run_by

    found: dict[str, tuple[ArtifactWrite, FlowFile]] = {}
    for function, file in run_by(flow, step):
        for write in function.writes:
            if write.kind in CHANGING or write.nested:
                continue
            if write.name not in found or (
                write.annotation is not None and found[write.name][0].annotation is None
            ):
                found[write.name] = (write, file)
    return found
