from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Applicability, Place, Remedy, Violation
from mflint.model import Import, Step
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF103", Profile.RECOMMENDED, fix=Applicability.SAFE)
def check(step: Step, context: Context) -> Iterator[Violation]:
    """A step imports something after its first other statement.

    ## What it does

    Finds imports below the top of a step. What may stand above an import is the docstring, other imports, and
    a `try` around imports with its handlers. Functions defined inside the step are left alone.

    ## Why it matters

    A step runs on a machine of its own. With the imports in one place at its top a reader sees what the
    step's environment must hold, and a missing package fails at once and not after an hour of work.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            '''Load the events.'''
            self.path = "events.csv"
            import csv

            self.next(self.end)

        @step
        def end(self):
            '''Nothing to do.'''
    ```

    Finds: MF103 at 9:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            '''Load the events.'''
            import csv

            self.path = "events.csv"
            self.next(self.end)

        @step
        def end(self):
            '''Nothing to do.'''
    ```

    ## Fix safety

    The fix is safe where what stands above the import cannot change what it finds. It is unsafe where a
    function of the project, or one that cannot be told, is called above it, where the same package is used
    there, and where the imported module does more than define names. It is not offered for an import in a
    block, below a `return`, or below a look at `sys.path`, `os.environ`, `subprocess` or `warnings`.
    """
    reported = set()
    for found in step.function.imports:
        if not found.leading and not found.type_checking and found.statement not in reported:
            reported.add(found.statement)
            yield Violation(
                Place(step.file.path, found.statement),
                f"`{found.target}` is imported below the top of step `{step.name}`",
                help="Move the import to the top of the step.",
                remedy=_remedy(found, step, context),
            )


def _remedy(found: Import, step: Step, context: Context) -> Remedy | None:
    from mflint.analysis.imports.step_imports import applicability, edits

    how = applicability(found, step, context)
    if how is None:
        return None
    message = "Move the import to the top of the step"
    return Remedy(message, how, lambda editor: edits(editor, step.function, found.statement))
