from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Applicability, Edit, Remedy, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.places import class_of

if TYPE_CHECKING:
    from mflint.context import Context
    from mflint.edits import Editor


@rule("MF107", Profile.STRICT, fix=Applicability.UNSAFE)
def check(flow: Flow, context: Context) -> Iterator[Violation]:
    """A flow's name does not end in `Flow`.

    ## What it does

    Looks at the class name of every flow that can be run. Base classes and mixins may be called as they like.

    ## Why it matters

    The class name is the flow's name everywhere: in the datastore, in the UI, in `Flow("ChurnTrainingFlow")`.
    With the suffix nobody takes it for a model, a table or a step.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class ChurnTraining(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF107 at 4:7

    ```python title="good"
    from metaflow import FlowSpec, step


    class ChurnTrainingFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Fix safety

    The fix is unsafe, since runs stay under the old name: it renames the class and its uses in the file. It
    is not offered where the name stands in a string, in a comment or in another file, and where the new one
    is taken.
    """
    if flow.runnable and not flow.name.endswith("Flow"):
        yield Violation(
            class_of(flow),
            f"the name `{flow.name}` does not end in `Flow`",
            help="A new name is a new flow for Metaflow: runs under the old name stay there.",
            remedy=Remedy(
                f"Rename the flow to `{_suffixed(flow.name)}`",
                Applicability.UNSAFE,
                lambda editor: _edits(editor, flow, context),
            ),
        )


def _suffixed(name: str) -> str:
    if "_" not in name:
        return f"{name[:1].upper()}{name[1:]}Flow"
    camel = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    return camel if camel.endswith("Flow") else f"{camel}Flow"


def _edits(editor: Editor, flow: Flow, context: Context) -> Iterator[Edit]:
    """None for a name such as `Trainflow`, whose words nobody can tell apart."""
    from mflint.syntax import names_in

    old, new = flow.name, _suffixed(flow.name)
    text = editor.whole
    if new.lower().endswith("flowflow") or flow.definition.nested or re.search(rf"\b{new}\b", text):
        return
    elsewhere = (p for word in (old, new) for p in context.project.mentioning(word) if p != flow.file.path)
    if next(elsewhere, None) is not None or _is_rebound(flow):
        return
    uses = [name for name in names_in(flow.file.node) if name.value == old]
    if len(uses) == len(re.findall(rf"\b{old}\b", text)):
        yield from (editor.replace(name, new) for name in uses)


def _is_rebound(flow: Flow) -> bool:
    """Whether another scope than the module binds the name too, or the module does so twice."""
    file = flow.file
    functions = (*file.functions, *(f for klass in file.classes for f in klass.functions))
    scopes = [*(f.assignments for f in functions), *(klass.attributes for klass in file.classes)]
    imports = (*file.imports, *(found for f in functions for found in f.imports))
    return (
        len(file.assignments.get(flow.name, ())) != 1
        or any(flow.name in scope for scope in scopes)
        or any(found.bound == flow.name for found in imports)
    )
