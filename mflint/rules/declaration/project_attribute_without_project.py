from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.project_names import PROJECT
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.analysis.parameters.current import CurrentRead
    from mflint.context import Context

ATTRIBUTES = frozenset(
    {"branch_name", "is_production", "is_user_branch", "project_flow_name", "project_name"}
)
"""What `@project` adds to `current` (metaflow/plugins/project_decorator.py)."""


@rule("MF212", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A flow without `@project` reads what only `@project` adds to `current`.

    ## What it does

    Finds `current.is_production`, `current.branch_name`, `current.is_user_branch`, `current.project_name` and
    `current.project_flow_name` in the steps of a flow, in the methods and the functions of the same file that
    they call, and in callable defaults of parameters, where the flow has no `@project`, own or inherited.
    What the flow inherits from another file is reported at the flow's class. A base class that only its
    subclasses run needs no `@project`.

    The rule says nothing where an AttributeError is caught, under a condition in code that other flows may
    share (base classes, mixins, functions of the file), and where the code tests `current` first, as with
    `hasattr(current, "is_production")`, sets something on it or passes it on.

    ## Why it matters

    The attributes do not exist without the decorator: the step fails with an AttributeError, and with a
    parameter's default every run does that is not given a value, before it begins.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, Parameter, current, step


    class TrainFlow(FlowSpec):
        test_mode = Parameter("test-mode", type=bool, default=lambda _: not current.is_production)

        @step
        def start(self):
            self.branch = current.branch_name
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF212 at 5:73, MF212 at 9:23

    ```python title="good"
    from metaflow import FlowSpec, Parameter, current, project, step


    @project(name="churn")
    class TrainFlow(FlowSpec):
        test_mode = Parameter("test-mode", type=bool, default=lambda _: not current.is_production)

        @step
        def start(self):
            self.branch = current.branch_name
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.parameters.current import CurrentReads

    if not flow.runnable or flow.decorated_with(PROJECT) or not _is_spelled(flow, context):
        return
    found = CurrentReads(flow, context.names, ATTRIBUTES)
    doubt = _doubt(flow) or found.unsure
    if doubt and (found.reads or found.conditional):
        yield Silence(doubt)
        return
    for read in found.reads:
        yield _violation(flow, read)


def _is_spelled(flow: Flow, context: Context) -> bool:
    """Whether a file that the flow's code stands in spells one of the attributes."""
    texts = (context.project.source(file.path).text for _, file in flow.lineage)
    return any(attribute in text for text in texts for attribute in ATTRIBUTES)


def _doubt(flow: Flow) -> str | None:
    from mflint.analysis.artifacts.sight import foreign_decorator

    if flow.unknown:
        return flow.unknown[0]
    found = (foreign_decorator(flow, step) for step in flow.steps.values())
    return next((f"@{name} may add to `current`" for name in found if name is not None), None)


def _violation(flow: Flow, read: CurrentRead) -> Violation:
    here = read.file is flow.file
    node = read.node if here else flow.definition.name_node
    return Violation(
        Place(flow.file.path, node),
        f"`current.{read.name}` does not exist: `{flow.name}` has no `@project`",
        help="Add `@project(name=...)` above the class.",
        step=read.step,
        related=() if here else ((Place(read.file.path, read.node), "read here"),),
    )
