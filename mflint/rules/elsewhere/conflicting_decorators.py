from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.places import in_file_of

if TYPE_CHECKING:
    from mflint.analysis.decorators.conflicts import Conflict


@rule("MF707", Profile.CORRECTNESS)
def check(flow: Flow, *, mixed_packages: bool = False) -> Iterator[Violation | Silence]:
    """A decorator fails because of another one, or of what it decorates.

    ## What it does

    Looks at the decorators of each step and of the flow, inherited ones too, for what Metaflow 2.19 refuses:

    - of a step: `@kubernetes` with `@batch`; `@catch` on a step that opens a foreach or is a switch, or with
      both `@parallel` and `@kubernetes`; `@timeout` without a duration, or below a minute with `@batch` or
      `@kubernetes`; `@retry` with more than four retries; `@pypi` with `@conda` where the latter has
      packages; `@batch` with `inferentia` and `trainium`;
    - of a flow: `@trigger` and `@trigger_on_finish` that name nothing, that name both one and many, or that
      stand together; `@exit_hook` without a function; `@schedule` where a required parameter has no default.

    Values that are computed are left alone.

    ## Why it matters

    Python imports the file, and `run` or the deployment fails. `@kubernetes` and `@batch` are often deployed
    only, so that nobody sees it on a laptop.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step, timeout


    class TrainFlow(FlowSpec):
        @timeout
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF707 at 5:5

    ```python title="good"
    from metaflow import FlowSpec, step, timeout


    class TrainFlow(FlowSpec):
        @timeout(minutes=30)
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Options

    - `mixed-packages`: `true` where an extension of Metaflow lets a step have packages of `@pypi` and of
      `@conda`; `false` is the default.
    """
    from mflint.analysis.decorators.conflicts import flow_conflicts, step_conflicts, unknown_decorators

    for conflict in flow_conflicts(flow):
        yield _finding(flow, conflict, None)
    for step in flow.steps.values():
        doubt = ", ".join(f"@{name}" for name in unknown_decorators(flow, step))
        for conflict in step_conflicts(flow, step):
            if mixed_packages and conflict.applied.name.startswith("pypi"):
                continue
            yield Silence(f"{doubt} may change decorators") if doubt else _finding(flow, conflict, step.name)


def _finding(flow: Flow, conflict: Conflict, step: str | None) -> Violation | Silence:
    if flow.unknown:
        return Silence(flow.unknown[0])
    place = Place(conflict.applied.file.path, conflict.applied.decorator.node)
    related = []
    if conflict.other is not None:
        related.append(
            (Place(conflict.other.file.path, conflict.other.decorator.node), "does not go with it")
        )
    shown, notes = in_file_of(flow, place, related)
    return Violation(shown, conflict.message, conflict.help, step=step, related=notes)
