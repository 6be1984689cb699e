from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Violation
from mflint.model import UNKNOWN, Flow, Literal
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context

_PROJECT = "project:"


@rule("MF703", Profile.RECOMMENDED)
def check(flow: Flow, context: Context) -> Iterator[Violation]:
    """A step leaves the namespace of its own project.

    ## What it does

    Looks at the calls of `metaflow.namespace` in steps and in the methods that they call. It finds
    `namespace("project:...")` with another name than the flow's `@project` has, and `namespace(None)`, where
    nothing sets the namespace again afterwards.

    ## Why it matters

    The namespace decides which runs `Flow("TrainFlow").latest_run` may be. In that of another project the
    rest of the step works with other people's results, and without any it takes the newest run of anybody:
    a colleague's experiment ends up in production.

    ## Example

    ```python title="bad"
    from metaflow import Flow, FlowSpec, namespace, project, step


    @project(name="churn")
    class TrainFlow(FlowSpec):
        @step
        def start(self):
            namespace(None)
            self.origin = Flow("FeatureFlow").latest_run.id
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF703 at 8:9

    ```python title="good"
    from metaflow import Flow, FlowSpec, namespace, project, step


    @project(name="churn")
    class TrainFlow(FlowSpec):
        @step
        def start(self):
            namespace("project:churn")
            self.origin = Flow("FeatureFlow").latest_run.id
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## References

    - [Organizing results](https://docs.metaflow.org/scaling/tagging)
    """
    from mflint.analysis.services.namespaces import namespace_changes

    own = _own_project(flow)
    for change in namespace_changes(flow, context.names):
        if change.is_set_again:
            continue
        message = ""
        if change.namespace is None:
            message = "`namespace(None)` opens the rest of the step to everybody's runs"
        elif isinstance(own, str) and _is_of_other(change.namespace, own):
            message = f"`{change.namespace}` is the namespace of another project than the flow's, `{own}`"
        if message:
            yield Violation(
                Place(change.file.path, change.node),
                message,
                help="Name the flow's own project, or set the namespace again afterwards: "
                "`default_namespace()`.",
                step=change.step,
            )


def _own_project(flow: Flow) -> Literal:
    applied = flow.decorated_with("metaflow.project")
    return applied.decorator.argument("name") if applied is not None else UNKNOWN


def _is_of_other(namespace: Literal, own: str) -> bool:
    if not isinstance(namespace, str) or not namespace.startswith(_PROJECT):
        return False
    return namespace != f"{_PROJECT}{own}"
