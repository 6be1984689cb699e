from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.parameters.test_mode import declared, suggestion
from mflint.diagnostics import Applicability, Remedy, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.places import class_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mflint.context import Context
    from mflint.diagnostics import Edit
    from mflint.edits import Editor


@rule("MF203", Profile.RECOMMENDED, fix=Applicability.UNSAFE)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A flow has no test-mode parameter.

    ## What it does

    Looks for a `Parameter` with the name that the setting `test-mode-parameter` gives (`test-mode`, where it
    gives none; `test_mode` is the same) in the class and its base classes in the project. Where a base class
    comes from outside the project, or something may add parameters that the source does not show, the rule
    keeps silent.

    ## Why it matters

    A flow that reviewers and CI can run in a minute is a flow that is run before it is merged. The parameter
    is on by default outside production, and never on in production.

    ## Example

    ```python title="bad"
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

    Finds: MF203 at 5:7

    ```python title="good"
    from metaflow import FlowSpec, Parameter, current, project, step


    @project(name="churn")
    class TrainFlow(FlowSpec):
        test_mode = Parameter(
            "test-mode",
            type=bool,
            default=lambda _: not current.is_production,
            help="Use little data.",
        )

        @step
        def start(self):
            self.rows = 100 if self.test_mode else None
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Fix safety

    The fix is unsafe: it adds the parameter, and with `@project` a default that is off in production, but it
    cannot know where the steps are to do less. Until one asks for it, the rule `unused-test-mode` says so.

    ## Options

    The parameter's name is the setting `test-mode-parameter`, which the pytest plugin reads too.
    """
    name = context.test_mode_parameter
    if not flow.runnable or declared(flow, name) is not None:
        return
    if flow.unknown_parameters:
        yield Silence(flow.unknown_parameters[0])
        return

    def edits(editor: Editor) -> Iterable[Edit]:
        from mflint.analysis.parameters.parameter_edits import added_test_mode

        return added_test_mode(editor, flow, name, context.names)

    yield Violation(
        class_of(flow),
        f"`{flow.name}` has no parameter `{name}`",
        help=f"Add `{suggestion(flow, name)}`.",
        remedy=Remedy(f"Add the parameter `{name}`", Applicability.UNSAFE, edits),
    )
