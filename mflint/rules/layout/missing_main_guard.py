from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Applicability, Edit, Place, Remedy, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context
    from mflint.edits import Editor


@rule("MF105", Profile.CORRECTNESS, fix=Applicability.SAFE)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """Nothing in its file starts the flow.

    ## What it does

    Looks at every flow that has a first and a last step and that no other flow derives from. Its file must
    instantiate it, under a main guard or at module level. Where something else may start it, the rule keeps
    silent: another file that imports this one, a use of the class's name in the file, a main guard that calls
    what the project's source does not show. Test modules are left alone.

    ## Why it matters

    `python train.py run` defines the class, does nothing and exits with 0. A scheduler, a `Runner` and a
    person who looks at the exit code take that for a run.

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

    Finds: MF105 at 4:7

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass


    if __name__ == "__main__":
        TrainFlow()
    ```

    ## Fix safety

    The fix is safe: it adds a main guard at the end of the file, or the call at the end of the main guard
    that there is. It is not offered where a file holds several flows, or a main guard that may end before its
    last line.
    """
    from mflint.analysis.imports.siblings import importers
    from mflint.analysis.imports.starting import doubt
    from mflint.test_files import is_test_module

    path = flow.file.path
    if not flow.concrete or flow.started or flow.definition.nested or is_test_module(path):
        return
    reason = _unclear(flow) or doubt(flow, context.names)
    if reason is None and next(importers(context.project, path, flow.name), None) is not None:
        reason = "another file imports the flow's file and may start it"
    if reason is not None:
        yield Silence(reason)
        return
    yield Violation(
        Place(path, flow.definition.name_node),
        f"nothing in the file starts `{flow.name}`, so running the file does nothing",
        help=f'Write `if __name__ == "__main__":` and `{flow.name}()` at the end of the file.',
        remedy=Remedy(
            f"Start `{flow.name}` under a main guard",
            Applicability.SAFE,
            lambda editor: _edits(editor, flow, context),
        ),
    )


def _unclear(flow: Flow) -> str | None:
    if flow.unknown:
        return flow.unknown[0]
    if flow.methods.keys() & {"__init_subclass__", "__class_getitem__"}:
        return f"a base class of {flow.name} acts on its subclasses"
    return None


def _edits(editor: Editor, flow: Flow, context: Context) -> Iterator[Edit]:
    from mflint.analysis.imports.starting import main_guard, runs_to_its_end

    file = flow.file
    others = [f for f in context.flows if f is not flow and (f.concrete or f.started)]
    if others or not any(statement is flow.node for statement in file.node.body):
        return
    guard = main_guard(file)
    if guard is None:
        yield _new_guard(editor, flow.name)
    elif runs_to_its_end(guard):
        last = guard.body.body[-1]
        if editor.text(last) in ("pass", "..."):
            yield editor.replace(last, f"{flow.name}()")
        else:
            yield editor.insert_after(last, f"{flow.name}()")


def _new_guard(editor: Editor, name: str) -> Edit:
    text, newline, quote = editor.whole, editor.newline, editor.quote
    end = len(text.rstrip())
    guard = f"if __name__ == {quote}__main__{quote}:{newline}{editor.unit}{name}(){newline}"
    return Edit(end, len(text), newline * 3 + guard)
