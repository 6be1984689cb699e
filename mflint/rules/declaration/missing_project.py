from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule


@rule("MF201", Profile.RECOMMENDED)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A flow has no `@project`.

    ## What it does

    Looks for `@project` on the class and on its base classes in the project. Base classes that no flow file
    starts need none of their own. Where a base class comes from outside the project, or a class decorator may
    add it, the rule keeps silent.

    ## Why it matters

    `@project` groups the flows of a team under one name and keeps users, branches and production apart.
    Without it two people who deploy the same flow overwrite each other, and `current.is_production` does not
    exist.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF201 at 4:7

    ```python title="good"
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

    ## References

    - [Coordinating larger
    projects](https://docs.metaflow.org/production/coordinating-larger-metaflow-projects)
    """
    if not flow.runnable or flow.decorated_with("metaflow.project"):
        return
    if flow.unknown:
        yield Silence(flow.unknown[0])
        return
    yield Violation(
        Place(flow.file.path, flow.definition.name_node),
        f"`{flow.name}` has no `@project`",
        help="Add `@project(name=...)` above the class.",
    )
