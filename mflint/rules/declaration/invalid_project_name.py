from __future__ import annotations

import re
from collections.abc import Iterator

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import UNKNOWN, Decorator, Flow, Literal
from mflint.rules import Profile, rule

_VALID = re.compile(r"[a-z0-9_]+")
_MAX_LENGTH = 128


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
        if applied.qualified != "metaflow.project" or decorator not in flow.definition.decorators:
            continue
        call = decorator.call
        if call is not None and any(a.keyword is None and not a.star for a in call.arguments):
            continue
        problem = _problem(decorator.argument("name"))
        if problem and flow.unknown:
            yield Silence(flow.unknown[0])
        elif problem:
            yield Violation(Place(flow.file.path, _blamed(decorator)), problem, help=_HELP)


_HELP = "Write `name=` with small letters, digits and underscores only."


def _blamed(decorator: Decorator) -> object:
    name = decorator.call.argument("name") if decorator.call is not None else None
    return name.node if name is not None else decorator.node.decorator


def _problem(name: Literal) -> str | None:
    if name is UNKNOWN:
        return None
    if not name:
        return "`@project` has no name"
    if not isinstance(name, str):
        return "a project's name is a string"
    if len(name) > _MAX_LENGTH:
        return f"a project's name has at most {_MAX_LENGTH} characters, this one {len(name)}"
    if not _VALID.fullmatch(name):
        return f"Metaflow refuses the project name {name!r}"
    return None
