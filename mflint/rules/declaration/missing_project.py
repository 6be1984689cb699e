from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Applicability, Edit, Remedy, Silence, Violation
from mflint.model import Flow
from mflint.project_names import PROJECT
from mflint.rules import Profile, rule
from mflint.rules.places import class_of

if TYPE_CHECKING:
    from mflint.context import Context
    from mflint.edits import Editor


@rule("MF201", Profile.RECOMMENDED, fix=Applicability.UNSAFE)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
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

    ## Fix safety

    The fix adds `@project` with the name that the setting `project-name` gives or, without it, the one that
    all other flows of the project have; where they differ, or one is computed, there is no fix. It is unsafe:
    with a project, production runs and deployments get names and namespaces of their own.

    ## Options

    The project's name is the setting `project-name`.

    ## References

    - [Coordinating larger
    projects](https://docs.metaflow.org/production/coordinating-larger-metaflow-projects)
    """
    if not flow.runnable or flow.decorated_with("metaflow.project"):
        return
    if flow.unknown:
        yield Silence(flow.unknown[0])
        return
    name = context.project_name or context.project.names_in_use().agreed
    yield Violation(
        class_of(flow),
        f"`{flow.name}` has no `@project`",
        help=f'Add `@project(name="{name}")` above the class.'
        if name
        else "Add `@project(name=...)` above the class.",
        remedy=_addition(flow, name, context) if name and not flow.definition.nested else None,
    )


def _addition(flow: Flow, name: str, context: Context) -> Remedy:
    def edits(editor: Editor) -> Iterator[Edit]:
        written = _written(flow, context)
        yield editor.insert_before(
            flow.node, f"@{written or 'project'}(name={editor.quote}{name}{editor.quote})"
        )
        if not written:
            yield from editor.add_import("metaflow", "project")

    return Remedy(f'Add `@project(name="{name}")`', Applicability.UNSAFE, edits)


def _written(flow: Flow, context: Context) -> str | None:
    """How the file can name `project` without another import: as `mf.project`, or as what it calls it."""
    from mflint.names import External

    modules = [base.rpartition(".")[0] for base in flow.definition.bases]
    bound = [
        found.bound for found in flow.file.imports if found.target == PROJECT and not found.type_checking
    ]
    choices = [*bound, *(f"{module}.project" for module in modules if module)]
    meant = (n for n in choices if context.names.resolve(flow.file, n) == External(PROJECT))
    return next(meant, None)
