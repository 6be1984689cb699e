from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Violation
from mflint.model import FlowFile
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF706", Profile.RECOMMENDED)
def check(file: FlowFile, context: Context) -> Iterator[Violation]:
    """A flow's file sets Metaflow's configuration.

    ## What it does

    Finds, anywhere in a file that holds a flow, assignments to `os.environ["METAFLOW_..."]`, the same through
    `setdefault`, `update`, `|=` or `os.putenv`, and calls of `metaflow.metadata("...")`. Reading is fine.

    ## Why it matters

    Which datastore, metadata service and profile a flow works with is for those to say who run it: on the
    command line, in the environment or in a profile. Set in code, it also holds for a colleague, for tests
    and for production. And it comes too late for much of it, since Metaflow reads its configuration when it
    is imported, so that parts of a run see one value and parts another.

    ## Example

    ```python title="bad"
    import os

    from metaflow import FlowSpec, step

    os.environ["METAFLOW_DEFAULT_DATASTORE"] = "s3"


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF706 at 5:1

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        \"\"\"Run it with `python train.py --datastore=s3 run`.\"\"\"

        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## References

    - [Configuring Metaflow](https://docs.metaflow.org/getting-started/infrastructure)
    """
    from mflint.analysis.services.environ import configuration_in_code

    for node, name in configuration_in_code(file, context.names):
        shown = "calls `metadata`" if name == "metadata" else f"sets `{name}`"
        yield Violation(
            Place(file.path, node),
            f"the file {shown}, and so decides how everybody runs the flow",
            help="Leave it to the command line, the environment or a Metaflow profile.",
        )
