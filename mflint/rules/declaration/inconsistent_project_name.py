from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Applicability, Edit, Place, Remedy, Silence, Violation
from mflint.model import UNKNOWN, Flow, Node
from mflint.project_names import NamedFlow, NamesInUse, name_node, own_project, refusal
from mflint.rules import Profile, rule
from mflint.test_files import is_test_file

if TYPE_CHECKING:
    from mflint.context import Context
    from mflint.edits import Editor

_MAX_RELATED = 3


@rule("MF202", Profile.RECOMMENDED, fix=Applicability.UNSAFE)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """The flows of one project have different names in `@project`.

    ## What it does

    Where the setting `project-name` gives a name, reports each flow whose `@project` spells out another.
    Without the setting, reports each flow whose name is not the one that most flows of the project have;
    where no name is ahead, all of them. A flow counts where its `@project` is written, not for its
    subclasses. Tests neither count nor are reported: files named `test_*.py`, `*_test.py` and `conftest.py`,
    and folders named `tests` or `test`. Of a computed name the rule says nothing.

    A project is what lies below one settings file. A repository with several of them has a settings file for
    each.

    ## Why it matters

    `@project` groups the flows of a team. A flow that stands under another name, often by a slip or a copied
    line, is missing from the team's namespace, its events do not reach the others, and its production runs
    are found by nobody who looks for them.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, project, step


    @project(name="churn")
    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass


    @project(name="chrun")
    class ScoreFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF202 at 4:15, MF202 at 15:15

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


    @project(name="churn")
    class ScoreFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Fix safety

    The fix writes the name of the setting or, where all other flows agree, theirs. It is unsafe: runs and
    deployments under the old name are no longer found under the new one.

    ## Options

    The project's name is the setting `project-name`.
    """
    applied = own_project(flow)
    if applied is None or is_test_file(flow.file.path, context.project.root):
        return
    name = applied.decorator.argument("name")
    if name is UNKNOWN:
        yield Silence(f"the project name of {flow.name} is computed")
    elif isinstance(name, str) and refusal(name) is None:
        own = NamedFlow(name, flow.name, Place(flow.file.path, name_node(applied.decorator)))
        if not context.project_name:
            yield from _among(context.project.names_in_use(), own)
        elif name != context.project_name:
            message = f"the project of `{flow.name}` is `{name}`, not `{context.project_name}`"
            yield _violation(own, message, context.project_name)


def _among(names: NamesInUse, own: NamedFlow) -> Iterator[Violation]:
    others = {name: flows for name, flows in names.flows.items() if name != own.name}
    if not others or names.usual == (own.name,):
        return
    ahead = [name for name in names.usual if name != own.name]
    listed = ", ".join(f"`{name}`" for name in dict.fromkeys((*ahead, *others)))
    whose = "most other flows" if len(names.usual) == 1 and len(others) == 1 else "other flows"
    alone = [flow.place.node for flow in names.flows.get(own.name, ())] == [own.place.node]
    theirs = ahead[0] if alone and names.usual == tuple(others) and not names.computed else None
    yield _violation(
        own,
        f"the project of `{own.flow}` is `{own.name}`, that of {whose} {listed}",
        theirs,
        tuple((flows[0].place, f"`{flows[0].flow}` has `{name}`") for name, flows in others.items()),
    )


def _violation(
    own: NamedFlow, message: str, wanted: str | None, related: tuple[tuple[Place, str], ...] = ()
) -> Violation:
    return Violation(
        own.place,
        message,
        help=f'Write `name="{wanted}"`.'
        if wanted
        else "Give all flows one name; the setting `project-name` says which.",
        related=related[:_MAX_RELATED],
        remedy=_rename(own.place.node, wanted) if wanted else None,
    )


def _rename(node: Node, name: str) -> Remedy:
    def edits(editor: Editor) -> Iterator[Edit]:
        quote = editor.text(node)[-1]
        yield editor.replace(node, f"{quote}{name}{quote}")

    return Remedy(f"Name the project `{name}`", Applicability.UNSAFE, edits)
