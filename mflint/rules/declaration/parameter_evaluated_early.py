from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Call, Flow, Node, ParameterKind
from mflint.rules import Profile, rule
from mflint.rules.declaration import own_parameters

if TYPE_CHECKING:
    from mflint.context import Context

_DIFFERS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "getpass.getuser",
    "os.getlogin",
    "pandas.Timestamp.now",
    "pandas.Timestamp.today",
    "pandas.Timestamp.utcnow",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
}
_RANDOM = {
    f"random.{name}"
    for name in (
        "choice",
        "choices",
        "gauss",
        "getrandbits",
        "randint",
        "random",
        "randrange",
        "sample",
        "uniform",
    )
}
"""Each call gives another value, unless something seeds the generator."""


@rule("MF208", Profile.RECOMMENDED)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """The default of a parameter changes from import to import.

    ## What it does

    Finds calls such as `datetime.now()`, `date.today()`, `time.time()`, `uuid4()`, `random.random()` and
    `getpass.getuser()` anywhere in the `default` of a `Parameter`, lambdas aside.

    ## Why it matters

    The default is computed when the file is imported, not when a run starts. A deployed flow is imported
    once, so all its scheduled runs get the moment, the number and the user of the deployment.

    ## Example

    ```python title="bad"
    from datetime import date

    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        day = Parameter("day", default=str(date.today()))

        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF208 at 7:40

    ```python title="good"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        day = Parameter("day", help="Today where it is not given.")

        @step
        def start(self):
            from datetime import date

            self.chosen_day = self.day or str(date.today())
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    for parameter in own_parameters(flow):
        if parameter.kind is not ParameterKind.PARAMETER or parameter.default is None:
            continue
        for call in _calls(parameter.default.node):
            qualified = _qualified(call, flow, context)
            if qualified not in _DIFFERS | _RANDOM:
                continue
            doubt = _doubt(qualified, flow, context)
            if doubt:
                yield Silence(doubt)
                continue
            yield Violation(
                Place(flow.file.path, call.node),
                f"the default of `{parameter.name}` calls `{qualified}` when the file is imported",
                help="Leave the default out, and let the first step choose the value where none is given.",
            )


def _calls(root: Node) -> Iterator[Call]:
    """The calls that are made to compute an expression."""
    import libcst as cst

    from mflint.syntax import below, read_call

    for node in below(root, (cst.Lambda, cst.GeneratorExp)):
        if isinstance(node, cst.Call):
            yield read_call(node)


def _qualified(call: Call, flow: Flow, context: Context) -> str:
    from mflint.names import External

    if call.name.partition(".")[0] in flow.definition.attributes:
        return ""
    meaning = context.names.resolve(flow.file, call.name, flow.definition.imports)
    return meaning.qualified if isinstance(meaning, External) else ""


def _doubt(qualified: str, flow: Flow, context: Context) -> str | None:
    from mflint.names import External

    if flow.definition.nested:
        return f"flow {flow.name} is defined where `{qualified}` may mean something else"
    seeds = (context.names.resolve(flow.file, call.name) for call in flow.file.calls)
    if qualified in _RANDOM and External("random.seed") in seeds:
        return "the file seeds the random generator"
    return None
