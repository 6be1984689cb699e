from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from mflint.diagnostics import Applicability, Edit, Place, Remedy, Silence, Violation
from mflint.model import Call, Flow, FlowFile
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context
    from mflint.edits import Editor


@rule("MF110", Profile.RECOMMENDED, fix=Applicability.SAFE)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A flow starts whenever its file is imported.

    ## What it does

    Finds `TrainFlow()` as a statement at module level that no `if` stands around. Where the class or the file
    may decide for themselves whether the flow starts (a base class from outside the project, an `__init__`, a
    look at `__name__`), the rule keeps silent. A package's `__main__.py`, which is there to be run, is left
    alone.

    ## Why it matters

    Instantiating a flow hands the process over to Metaflow's command line, which reads the arguments that
    were meant for another program and then exits. So no other file, test or `Runner` can import this one.

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


    TrainFlow()
    ```

    Finds: MF110 at 14:1

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

    The fix is safe: it puts the call under a main guard. It is not offered where the call's value is kept,
    where the call does not stand alone on one line, or where a main guard starts the flow already.
    """
    if not flow.steps or flow.file.path.name == "__main__.py":
        return
    for call in _statements(flow.file):
        if not _starts(call, flow, context):
            continue
        doubt = _doubt(flow)
        if doubt:
            yield Silence(doubt)
        else:
            yield Violation(
                Place(flow.file.path, call.node),
                f"`{flow.name}` starts whenever the file is imported",
                help='Write `if __name__ == "__main__":` above it.',
                remedy=Remedy(
                    "Put the call under a main guard",
                    Applicability.SAFE,
                    partial(_edits, call=call, flow=flow),
                ),
            )


def _edits(editor: Editor, call: Call, flow: Flow) -> Iterator[Edit]:
    if any(other.name == call.name for other in flow.file.guard_calls):
        return
    if sum(other.name == call.name for other in flow.file.calls) > 1:
        return
    start, end = editor.range(call.node)
    if editor.stands_alone(start, end) and len(editor.text(call.node).splitlines()) == 1:
        guard = f"if __name__ == {editor.quote}__main__{editor.quote}:{editor.newline}{editor.unit}"
        yield Edit(start, start, guard)


def _statements(file: FlowFile) -> Iterator[Call]:
    """The calls that are statements, or whole values of assignments, of the module itself."""
    import libcst as cst

    from mflint.syntax import read_call

    for line in file.node.body:
        if isinstance(line, cst.SimpleStatementLine):
            for small in line.body:
                value = getattr(small, "value", None)
                if isinstance(value, cst.Call):
                    yield read_call(value)


def _starts(call: Call, flow: Flow, context: Context) -> bool:
    from mflint.names import Defined

    meaning = context.names.resolve(flow.file, call.name)
    if not isinstance(meaning, Defined) or meaning.definition is not flow.definition:
        return False
    use_cli = call.argument("use_cli", 0)
    return not call.unpacks and (use_cli is None or use_cli.value is True)


def _doubt(flow: Flow) -> str | None:
    if flow.unknown:
        return flow.unknown[0]
    if flow.methods.keys() & {"__init__", "__new__"}:
        return f"{flow.name} has an `__init__` of its own"
    if "__name__" in flow.file.uses:
        return "the file looks at `__name__` outside a main guard"
    return None
