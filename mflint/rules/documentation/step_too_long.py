from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Violation
from mflint.model import Step
from mflint.rules import Profile, rule


@rule("MF303", Profile.STRICT)
def check(step: Step, *, max_statements: int = 25) -> Iterator[Violation]:
    """A step has too many statements.

    ## What it does

    Counts the statements of a step, those in its blocks and nested functions too. The docstring and imports
    do not count, so the place of an import makes no step longer.

    ## Why it matters

    A step can only be tested by running the flow. What a short step calls can be tested, documented and used
    again without Metaflow, and the steps read like a summary of the flow.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            a = 1; a += 1; a += 1; a += 1; a += 1; a += 1; a += 1; a += 1; a += 1; a += 1; a += 1; a += 1
            b = 1; b += 1; b += 1; b += 1; b += 1; b += 1; b += 1; b += 1; b += 1; b += 1; b += 1; b += 1
            self.total = a + b
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF303 at 6:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            from counting import count

            self.total = count("a") + count("b")
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Options

    - `max-statements`: how many statements a step may have, `25` by default.
    """
    found = step.function.statements
    if found > max_statements:
        yield Violation(
            Place(step.file.path, step.function.name_node),
            f"step `{step.name}` has {found} statements, more than {max_statements}",
            help="Move work into functions of another module, and call them.",
        )
