from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.steps.declared import is_judged
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.graph import finding

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF607", Profile.RECOMMENDED)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A step reads a local file that another step has written.

    ## What it does

    Finds a file at a relative path that the source shows, such as `"out.csv"`, `Path("data") / "out.csv"` or
    a constant, which one step writes and a later step reads: with `open`, with the readers and writers of
    pandas, polars, NumPy, PyTorch, joblib and others. A step that writes the file itself before it reads it
    is fine.

    ## Why it matters

    Only artifacts travel with the flow. On Kubernetes or AWS Batch, or after `resume` on another machine, the
    step starts in an empty folder and the file is gone; and two runs at the same time overwrite each other's.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            with open("words.txt", "w") as file:
                file.write("one two")
            self.next(self.count)

        @step
        def count(self):
            with open("words.txt") as file:
                self.words = len(file.read().split())
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF607 at 13:14

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.text = "one two"
            self.next(self.count)

        @step
        def count(self):
            self.words = len(self.text.split())
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.steps.branches import unclear_graph
    from mflint.analysis.values.local_files import passed_files

    if not is_judged(flow):
        return
    passed = list(passed_files(flow, context.names))
    reason = unclear_graph(flow) if passed else None
    if reason is not None:
        yield Silence(reason)
        return
    for found in passed:
        yield finding(
            flow,
            found.reader,
            f"step `{found.reader.name}` reads `{found.read.path}`, "
            f"which step `{found.writer.name}` has written on its machine",
            help="Keep the content as an artifact, or put the file into a shared store such as S3.",
            node=found.read.node,
            file=found.read.file,
            related=[(Place(found.write.file.path, found.write.node), "written here")],
        )
