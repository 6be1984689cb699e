from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mflint.comments import Suppression
from mflint.diagnostics import Place, Violation
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF003", Profile.RECOMMENDED)
def check(suppression: Suppression, context: Context) -> Iterator[Violation]:
    """A comment silences a finding and does not say why.

    ## What it does

    Where the setting `require-reason` is `true`, reports each `# mflint: ignore`, `# mflint: ignore-file` and
    `# noqa: MF…` comment that has no reason behind ` -- `. A bare `# noqa`, which may be there for another
    linter, is reported where it silences a finding of mflint. Without the setting the rule finds nothing.

    Only a comment that names this rule and gives a reason silences it, such as
    `# mflint: ignore-file[MF003] -- written by a generator`.

    ## Why it matters

    Whoever reads the comment a year later cannot tell whether the exception still holds, and leaves it.

    ## Example

    ```toml title="mflint.toml"
    require-reason = true
    ```

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):  # mflint: ignore[missing-project]
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF003 at 4:29

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):  # mflint: ignore[missing-project] -- a trial, runs on one laptop
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Options

    The setting `require-reason` turns the rule on.

    ## References

    - [Suppressions](../suppressions.md)
    """
    if context.require_reason and not suppression.reason:
        yield Violation(
            Place(Path(), span=suppression.span),
            "this comment does not say why it silences",
            help="Write `# mflint: ignore[missing-project] -- why`.",
        )
