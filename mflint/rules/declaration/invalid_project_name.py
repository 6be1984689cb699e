from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import UNKNOWN, Flow, Literal
from mflint.project_names import PROJECT, name_node, refusal
from mflint.rules import Profile, rule


@rule("MF210", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """The name in `@project` is one that Metaflow refuses.

    ## What it does

    Reports a literal name that has other characters than small letters, digits and underscores, that is
    longer than 128 characters, empty or no string, and `@project` without any name. Where the name is
    computed, as with `config_expr`, the rule says nothing.

    ## Why it matters

    Every command of the flow fails, `python flow.py show` too.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, project, step


    @project(name="churn-model")
    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF210 at 4:15

    ```python title="good"
    from metaflow import FlowSpec, project, step


    @project(name="churn_model")
    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    for applied in flow.decorators:
        decorator = applied.decorator
        if applied.qualified != PROJECT or decorator not in flow.definition.decorators:
            continue
        call = decorator.call
        if call is not None and any(a.keyword is None and not a.star for a in call.arguments):
            continue
        problem = _problem(decorator.argument("name"))
        if problem and flow.unknown:
            yield Silence(flow.unknown[0])
        elif problem:
            yield Violation(Place(flow.file.path, name_node(decorator)), problem, help=_HELP)


_HELP = "Write `name=` with small letters, digits and underscores only."


def _problem(name: Literal) -> str | None:
    if name is UNKNOWN:
        return None
    if not name:
        return "`@project` has no name"
    if not isinstance(name, str):
        return "a project's name is a string"
    return refusal(name)
