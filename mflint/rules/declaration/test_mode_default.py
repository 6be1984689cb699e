from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.parameters.test_mode import declared, has_project, sharing, wanted_default
from mflint.diagnostics import Applicability, Place, Remedy, Silence, Violation
from mflint.model import UNKNOWN, Flow, Parameter
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mflint.context import Context
    from mflint.diagnostics import Edit
    from mflint.edits import Editor


@rule("MF204", Profile.RECOMMENDED, fix=Applicability.UNSAFE)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """The test mode is not on by default.

    ## What it does

    Looks at the default of the test-mode parameter. `True` is right, and a callable that gives `True`
    outside production, such as `lambda _: not current.is_production`. Another literal, no default at all and
    a callable that gives anything else are found; a default that the source does not tell is not.

    ## Why it matters

    Reviewers, CI and a colleague who only wants to look start the flow without any option. With a test mode
    that is off they start the real thing. And a string such as `"true"` is true whatever it says.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        test_mode = Parameter("test-mode", type=bool, default=False)

        @step
        def start(self):
            self.rows = 100 if self.test_mode else None
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF204 at 5:59

    ```python title="good"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        test_mode = Parameter("test-mode", type=bool, default=True)

        @step
        def start(self):
            self.rows = 100 if self.test_mode else None
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Fix safety

    The fix is unsafe: whoever starts the flow without options gets another run than before. With `@project`
    the new default asks for `current.is_production`, without it is `True`; the type becomes `bool`.

    ## Options

    The parameter's name is the setting `test-mode-parameter`, which the pytest plugin reads too.
    """
    from mflint.analysis.parameters.defaults import owner_of

    parameter = declared(flow, context.test_mode_parameter)
    if parameter is None or owner_of(parameter, flow)[1] is not flow.file:
        return
    if parameter.default is None and parameter.call.unpacks:
        yield Silence(f"the arguments of parameter `{parameter.name}` are computed")
        return
    problem = _problem(parameter, flow, context)
    if problem:
        yield _violation(parameter, flow, context, problem)


def _violation(parameter: Parameter, flow: Flow, context: Context, problem: str) -> Violation:
    node = parameter.default.node if parameter.default is not None else parameter.call.node
    shared = sharing(parameter, flow, context.flows)
    wanted = wanted_default(*shared)

    def edits(editor: Editor) -> Iterable[Edit]:
        from mflint.analysis.parameters.parameter_edits import with_default

        fits = len(set(map(has_project, shared))) == 1
        return with_default(editor, flow, parameter, wanted, context.names) if fits else ()

    return Violation(
        Place(flow.file.path, node),
        problem,
        help=f"Write `default={wanted}`.",
        remedy=Remedy("Turn the test mode on by default", Applicability.UNSAFE, edits),
    )


def _problem(parameter: Parameter, flow: Flow, context: Context) -> str | None:
    default = parameter.default
    if default is None or default.value is None:
        return f"`{parameter.name}` has no default, so nothing turns it on"
    if default.value is True:
        return None
    if default.value is not UNKNOWN:
        return f"the default of `{parameter.name}` is `{default.value!r}`"
    return _computed_problem(parameter, flow, context)


def _computed_problem(parameter: Parameter, flow: Flow, context: Context) -> str | None:
    from mflint.analysis.parameters.defaults import computed_default

    computed = computed_default(parameter, flow, context.names)
    if computed is None:
        return None
    kind = computed.type()
    if kind not in (None, "bool"):
        return f"the default of `{parameter.name}` gives a `{kind}`"
    if computed.value(production=False) is False:
        return f"the default of `{parameter.name}` is `False` outside production"
    return None
