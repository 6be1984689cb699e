from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule


@rule("MF107", Profile.STRICT)
def check(flow: Flow) -> Iterator[Violation]:
    """A flow's name does not end in `Flow`.

    ## What it does

    Looks at the class name of every flow that can be run. Base classes and mixins may be called as they like.

    ## Why it matters

    The class name is the flow's name everywhere: in the datastore, in the UI, in `Flow("ChurnTrainingFlow")`.
    With the suffix nobody takes it for a model, a table or a step.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class ChurnTraining(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF107 at 4:7

    ```python title="good"
    from metaflow import FlowSpec, step


    class ChurnTrainingFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if flow.runnable and not flow.name.endswith("Flow"):
        yield Violation(
            Place(flow.file.path, flow.definition.name_node),
            f"the name `{flow.name}` does not end in `Flow`",
            help="A new name is a new flow for Metaflow: runs under the old name stay there.",
        )
