from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from mflint.comments import SuppressionKind, UnusedSuppression
from mflint.diagnostics import Applicability, Place, Remedy, Violation
from mflint.removals import removal
from mflint.rules import Profile, rule


@rule("MF002", Profile.RECOMMENDED, fix=Applicability.SAFE)
def check(suppression: UnusedSuppression) -> Iterator[Violation]:
    """A comment silences a rule that finds nothing there.

    ## What it does

    Reports each code or name in a `# mflint: ignore[…]`, `# mflint: ignore-file[…]` or `# noqa: MF…` comment
    that silences no finding, each that names no rule, and a comment that mflint cannot read as one of these
    forms. The code or name of a rule that is not selected is not reported: with the rule it may silence
    something. Neither is a bare `# noqa`, which may be there for another linter.

    ## Why it matters

    The finding has been mended, or has moved, and the comment waits to hide the next one. One with a mistyped
    name never worked at all.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, project, step


    @project(name="churn")
    class TrainFlow(FlowSpec):  # mflint: ignore[missing-project] -- a trial
        @step
        def start(self):  # mflint: ignore[missing-docstrin]
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF002 at 5:46, MF002 at 7:40

    ```python title="good"
    from metaflow import FlowSpec, project, step


    @project(name="churn")
    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Fix safety

    The fix takes the code or name out of the comment, and the comment where nothing is left of it; codes of
    other linters and other text stay. It is safe, since only comments change. A code or name that stands for
    no rule, and a comment that mflint cannot read, are left to you: what they were meant to silence is not
    known.

    ## References

    - [Suppressions](../suppressions.md)
    """
    place = Place(Path(), span=suppression.span)
    if suppression.kind is SuppressionKind.MALFORMED:
        yield Violation(
            place,
            "this comment silences nothing: mflint cannot read it",
            help="Write `# mflint: ignore[missing-project] -- why`, or `ignore-file[…]` for the whole file.",
        )
    elif suppression.unknown:
        message = f"`{suppression.selectors[0]}` names no rule{suppression.hint}"
        yield Violation(place, message, help="`mflint rules` lists all rules.")
    elif suppression.selectors:
        message = f"`{suppression.selectors[0]}` silences nothing here"
        name = suppression.selectors[0]
        remedy = Remedy(
            f"Remove `{name}` from the comment", Applicability.SAFE, partial(removal, suppression)
        )
        yield Violation(place, message, help="Remove it from the comment.", remedy=remedy)
    else:
        remedy = Remedy("Remove the comment", Applicability.SAFE, partial(removal, suppression))
        yield Violation(place, "this comment silences nothing", help="Remove it.", remedy=remedy)
