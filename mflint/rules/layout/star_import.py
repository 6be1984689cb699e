from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Violation
from mflint.model import FlowFile
from mflint.rules import Profile, rule


@rule("MF104", Profile.RECOMMENDED)
def check(file: FlowFile) -> Iterator[Violation]:
    """A flow file imports everything that a module has.

    ## What it does

    Finds `from module import *` in files that define a flow, under the main guard too. What only a type
    checker runs is left alone.

    ## Why it matters

    After a star import neither a reader nor a tool can tell where a name comes from, and so not what a step
    needs on the machine it runs on. A new version of the module may replace names that the flow uses.

    ## Example

    ```python title="bad"
    from metaflow import *


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF104 at 1:1

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    for found in file.imports:
        if found.bound == "*" and not found.type_checking:
            module = "." * found.level + found.module
            yield Violation(
                Place(file.path, found.node),
                f"`from {module} import *` hides which names the file uses",
                help="Import the names that are used.",
            )
