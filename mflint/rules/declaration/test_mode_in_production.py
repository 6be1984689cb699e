from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.parameters.test_mode import (
    NOT_IN_PRODUCTION,
    declared,
    has_project,
    sharing,
    wanted_default,
)
from mflint.diagnostics import Applicability, Place, Remedy, Silence, Violation
from mflint.model import Flow, Function, Node, Parameter
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mflint.context import Context
    from mflint.diagnostics import Edit
    from mflint.edits import Editor


@rule("MF205", Profile.RECOMMENDED, fix=Applicability.UNSAFE)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """The test mode is on in production, too.

    ## What it does

    Looks at flows with `@project` whose test-mode parameter has the default `True`, and in which the test
    mode decides a branch, a limit or a slice. A step that asks for `current.is_production` anywhere is taken
    to switch it off; so is a condition that the rule cannot follow. Where the test mode is only passed on,
    logged or compared, nothing is found.

    ## Why it matters

    A deployed flow is started by a scheduler that gives no parameters, so it runs with the defaults. The
    model that production serves was then learned from a hundred rows, and every run was green.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, Parameter, project, step


    @project(name="churn")
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

    Finds: MF205 at 6:59

    ```python title="good"
    from metaflow import FlowSpec, Parameter, current, project, step


    @project(name="churn")
    class TrainFlow(FlowSpec):
        test_mode = Parameter("test-mode", type=bool, default=lambda _: not current.is_production)

        @step
        def start(self):
            self.rows = 100 if self.test_mode else None
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Fix safety

    The fix is unsafe: a run in production does all of its work from then on. It makes the default
    `lambda _: not current.is_production`, and gives the parameter the type that it needs for that.

    ## Options

    The parameter's name is the setting `test-mode-parameter`, which the pytest plugin reads too.
    """
    parameter = declared(flow, context.test_mode_parameter)
    if parameter is None or parameter.default is None or parameter.default.value is not True:
        return
    found = _decided(flow, parameter) if has_project(flow) else None
    if found is None or _is_of_base(flow, parameter, found[0], context):
        return
    function, place, step = found
    doubt = _doubt(flow, parameter, context)
    if doubt:
        yield Silence(doubt)
        return
    yield Violation(
        _place(flow, parameter),
        f"`{parameter.name}` is on in production, too",
        help=f"Write `type=bool, default={NOT_IN_PRODUCTION}`.",
        related=((Place(_path(flow, function), place), f"the test mode decides in step `{step}`"),),
        remedy=_remedy(flow, parameter, context),
    )


def _remedy(flow: Flow, parameter: Parameter, context: Context) -> Remedy | None:
    """None where the parameter stands in another file, or where a flow without project has it, too."""
    from mflint.analysis.parameters.defaults import owner_of

    elsewhere = owner_of(parameter, flow)[1] is not flow.file
    if elsewhere or wanted_default(*sharing(parameter, flow, context.flows)) != NOT_IN_PRODUCTION:
        return None

    def edits(editor: Editor) -> Iterable[Edit]:
        from mflint.analysis.parameters.parameter_edits import with_default

        return with_default(editor, flow, parameter, NOT_IN_PRODUCTION, context.names)

    return Remedy("Turn the test mode off in production", Applicability.UNSAFE, edits)


def _decided(flow: Flow, parameter: Parameter) -> tuple[Function, Node, str] | None:
    """The first place that the test mode decides, in a run of production as well."""
    from mflint.analysis.parameters.production import used_functions
    from mflint.analysis.parameters.switched import switched_places

    for function, step in used_functions(flow, guarded=False):
        for transition in function.transitions:
            if transition.is_switch and transition.condition == parameter.attribute:
                return function, transition.node, step
        for place in switched_places(function, parameter.attribute):
            return function, place, step
    return None


def _doubt(flow: Flow, parameter: Parameter, context: Context) -> str | None:
    """Why another part of the flow may see to it that production has no test mode."""
    from mflint.analysis.parameters.production import knows_production, used_functions
    from mflint.analysis.parameters.switched import handed_to
    from mflint.syntax import strings_in

    if flow.unknown:
        return flow.unknown[0]
    for applied in flow.decorators:
        if str(parameter.name) in strings_in(applied.decorator.node):
            return f"@{applied.name} may give `{parameter.name}` its value"
    for function, step in used_functions(flow):
        reads = any(read.name == parameter.attribute for read in function.reads)
        if knows_production(function) and (reads or any(t.is_switch for t in function.transitions)):
            return f"step {step} knows of production"
        if function.escapes:
            return f"step {step} hands the flow to other code"
        for name in handed_to(function, parameter.attribute):
            if not _is_harmless(name, flow, function, context):
                return f"step {step} hands the test mode to {name or 'a call'}"
    return None


def _is_harmless(name: str, flow: Flow, function: Function, context: Context) -> bool:
    """Whether a function of the project is called that does not know of production."""
    from mflint.analysis.parameters.production import knows_production
    from mflint.names import Defined

    meaning = context.names.resolve(flow.file, name, function.imports)
    called = meaning.definition if isinstance(meaning, Defined) else None
    return isinstance(called, Function) and not knows_production(called)


def _is_of_base(flow: Flow, parameter: Parameter, function: Function, context: Context) -> bool:
    """Whether a base flow in another file has the same finding, since all of it stands there."""
    from mflint.analysis.parameters.defaults import owner_of
    from mflint.lineage import lineage

    owner, file = owner_of(parameter, flow)
    if file is flow.file:
        return False
    line = lineage(owner, file, context.names)
    classes = [base.definition for base in line.classes]
    projects = (d.decorator for d in flow.decorators if d.qualified == "metaflow.project")
    return (
        line.is_flow
        and any(function in klass.functions for klass, _ in flow.lineage if klass in classes)
        and any(decorator in klass.decorators for decorator in projects for klass in classes)
    )


def _place(flow: Flow, parameter: Parameter) -> Place:
    from mflint.analysis.parameters.defaults import owner_of

    here = owner_of(parameter, flow)[1] is flow.file and parameter.default is not None
    node = parameter.default.node if here and parameter.default is not None else flow.definition.name_node
    return Place(flow.file.path, node)


def _path(flow: Flow, function: Function) -> Path:
    return next(file.path for klass, file in flow.lineage if function in klass.functions)
