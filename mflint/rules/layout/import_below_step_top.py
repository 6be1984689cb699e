from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Violation
from mflint.model import Step
from mflint.rules import Profile, rule


@rule("MF103", Profile.RECOMMENDED)
def check(step: Step) -> Iterator[Violation]:
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
    """
    reported = set()
    for found in step.function.imports:
        if not found.leading and not found.type_checking and found.statement not in reported:
            reported.add(found.statement)
            yield Violation(
                Place(step.file.path, found.statement),
                f"`{found.target}` is imported below the top of step `{step.name}`",
                help="Move the import to the top of the step.",
            )
