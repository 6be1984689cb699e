from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Span, Violation
from mflint.rules import Profile, rule
from mflint.source import SourceError, SourceErrorKind


@rule("MF001", Profile.CORRECTNESS, always=True)
def check(error: SourceError) -> Iterator[Violation]:
    """The file is not valid Python.

    ## What it does

    Reports the first syntax error of a file that names Metaflow, in the words of the Python that runs mflint.
    No other rule looks at such a file. The rule cannot be switched off or suppressed, and makes mflint exit
    with 3: exclude a file that is not meant to be Python.

    ## Why it matters

    A flow that cannot be parsed cannot run, and a linter that passes over it says nothing about it.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec)
        pass
    ```

    Finds: MF001 at 4:26

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        pass
    ```
    """
    if error.kind is SourceErrorKind.SYNTAX:
        yield Violation(Place(error.path, span=Span.at(error.line, error.column)), error.message)
