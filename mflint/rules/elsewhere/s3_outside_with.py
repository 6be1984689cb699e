from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Violation
from mflint.model import FlowFile
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF701", Profile.RECOMMENDED)
def check(file: FlowFile, context: Context) -> Iterator[Violation]:
    """An S3 client of Metaflow is never closed.

    ## What it does

    Finds `metaflow.S3()` in a step, method or function where neither a `with` statement nor `close()` ends
    it. A client that is returned, stored or handed to other code may be closed there and is left alone.

    ## Why it matters

    The client keeps all that it downloads in a temporary folder, by default in the working directory, and
    only `close()`, which the `with` statement calls, deletes it. Left open, it fills the disk of the
    machine; and nothing says how long the files of an `S3Object` are there to be read.

    ## Example

    ```python title="bad"
    from metaflow import S3, FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            s3 = S3()
            self.size = len(s3.get("s3://events/today.csv").blob)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF701 at 7:14

    ```python title="good"
    from metaflow import S3, FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            with S3() as s3:
                self.size = len(s3.get("s3://events/today.csv").blob)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## References

    - [Loading data from S3](https://docs.metaflow.org/scaling/data#data-in-s3-metaflows3)
    """
    from mflint.analysis.services.s3_clients import s3_clients
    from mflint.analysis.steps.bodies import bodies

    for body in bodies(file):
        for client in s3_clients(body, context.names):
            if not client.managed:
                yield Violation(
                    Place(file.path, client.call.node),
                    "the S3 client is never closed, and its temporary files stay",
                    help="Use it in a `with` statement: `with S3(...) as s3:`.",
                )
