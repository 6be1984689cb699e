from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Applicability, Place, Remedy, Silence, Violation
from mflint.model import Flow, Parameter, ParameterKind
from mflint.rules import Profile, rule
from mflint.rules.declaration import own_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mflint.context import Context
    from mflint.diagnostics import Edit
    from mflint.edits import Editor

_PLAIN = {"bool", "int", "float"}
_STRINGS = {"str", "bytes"}
_EXPECTED = {
    "builtins.bool": {"bool"},
    "builtins.int": {"int"},
    "builtins.float": {"float"},
    "builtins.str": _STRINGS,
    "metaflow.JSONType": _STRINGS,
}
"""What a callable may return in a run, by `type=` (`DeployTimeField._check_type` in parameters.py)."""


@rule("MF213", Profile.CORRECTNESS, fix=Applicability.SAFE)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """The callable default of a parameter gives another type than the parameter has.

    ## What it does

    Looks at defaults that are a lambda or a function of the project. What they give must be of the type that
    `type=` says, exactly; without `type=` it must be a string, and with `JSONType` the JSON text. Where the
    source does not tell what they give, the rule says nothing.

    ## Why it matters

    Metaflow takes the type of a parameter from a default that is a value, and cannot from one that must be
    called first: without `type=` it expects a string, and `run` fails. Where the value is given on the
    command line the run starts, and `--test-mode False` arrives as the string `"False"`, which is true.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, Parameter, current, project, step


    @project(name="churn")
    class TrainFlow(FlowSpec):
        test_mode = Parameter("test-mode", default=lambda _: not current.is_production)

        @step
        def start(self):
            self.rows = 100 if self.test_mode else None
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF213 at 6:48

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

    The fix is safe: it adds the missing `type=bool`, `type=int` or `type=float` to a flow that cannot be run
    without it. Where the parameter has another type already, only its author knows which of the two is meant.
    """
    from mflint.analysis.parameters.defaults import computed_default

    for parameter in own_parameters(flow):
        computed = computed_default(parameter, flow, context.names)
        given = computed.type() if computed is not None else None
        expected = _expected(parameter, flow, context)
        if given is None or expected is None or given in expected or parameter.default is None:
            continue
        if flow.unknown:
            yield Silence(flow.unknown[0])
            continue
        yield Violation(
            Place(flow.file.path, parameter.default.node),
            f"the default of `{parameter.name}` gives {_shown(given)}, and Metaflow expects "
            f"{_shown(max(expected))}",
            help=_help(given),
            remedy=_remedy(given, parameter),
        )


def _remedy(given: str, parameter: Parameter) -> Remedy | None:
    declared = parameter.call.argument("type", 2)
    if given not in _PLAIN or (declared is not None and declared.value is not None):
        return None

    def edits(editor: Editor) -> Iterable[Edit]:
        from mflint.analysis.parameters.parameter_edits import with_type

        return with_type(editor, parameter, given)

    return Remedy(f"Add `type={given}`", Applicability.SAFE, edits)


def _expected(parameter: Parameter, flow: Flow, context: Context) -> set[str] | None:
    """The types that the default may give; None where the source does not tell."""
    from mflint.names import External
    from mflint.syntax import dotted_name

    declared = parameter.call.argument("type", 2)
    if parameter.kind is not ParameterKind.PARAMETER or parameter.call.unpacks:
        return None
    if declared is None or declared.value is None:
        return _STRINGS
    meaning = context.names.resolve(flow.file, dotted_name(declared.node), flow.definition.imports)
    return _EXPECTED.get(meaning.qualified) if isinstance(meaning, External) else None


def _shown(given: str) -> str:
    if given == "NoneType":
        return "`None`"
    return f"an {given}" if given[0] in "aeiou" else f"a {given}"


def _help(given: str) -> str:
    if given == "NoneType":
        return "Leave the default out: the parameter is `None` then."
    if given in _PLAIN:
        return f"Write `type={given}`."
    return "Leave out `type=`." if given == "str" else "Let it return JSON text, and write `type=JSONType`."
