from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.places import class_of

if TYPE_CHECKING:
    from mflint.context import Context

SHOWN = 3
"""So many of the other flows are shown with a finding."""


@rule("MF109", Profile.STRICT)
def check(flow: Flow, context: Context) -> Iterator[Violation]:
    """Two flows of the project have one name.

    ## What it does

    Compares the class name of every flow that can be run with those in the project's other files, and names
    the others. Base classes, test modules, folders of tests and copies of the same file do not count.

    ## Why it matters

    The class name is where Metaflow keeps the runs of a flow. Two flows of one name share the place in the
    datastore and each other's runs: `Flow("TrainFlow").latest_run` is that of whichever ran last.

    ## Example

    ```python title="churn/train.py"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.churn = 0.1
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF109 at 4:7

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainDemandFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.imports.siblings import namesakes
    from mflint.test_files import is_test_file

    root = context.project.root
    if not flow.runnable or flow.definition.nested or is_test_file(flow.file.path, root):
        return
    others = [f for f in namesakes(context.project, flow) if not is_test_file(f.file.path, root)]
    if others:
        yield Violation(
            class_of(flow),
            f"another flow of the project is called `{flow.name}` too",
            help="Say in the name what sets the flow apart: under one name they share a datastore path.",
            related=tuple(
                (Place(f.file.path, f.definition.name_node), "the other flow") for f in others[:SHOWN]
            ),
        )
