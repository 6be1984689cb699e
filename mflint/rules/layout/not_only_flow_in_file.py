from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Violation
from mflint.model import Class, Flow, FlowFile, Function
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF101", Profile.RECOMMENDED)
def check(file: FlowFile, context: Context, *, definition_time_helpers: str = "allow") -> Iterator[Violation]:
    """A class or a function stands beside the flow in its file.

    ## What it does

    Reports module-level classes and functions in a file that holds a flow with steps, a second flow too. Two
    kinds are allowed: what is needed while the flow's class is being defined (the parser of a `Config`, the
    default of a `Parameter`, a decorator, a base class, a function named in `@exit_hook`, and what these use
    in turn), and what only the main guard uses.

    ## Why it matters

    A flow file that holds the flow and nothing else can be read from top to bottom. Helpers in a module of
    their own can be tested, documented and shared, and steps stay short because they call them.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    def clean(rows):
        return [row for row in rows if row]


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.rows = clean(["a", ""])
            self.next(self.end)

        @step
        def end(self):
            pass


    if __name__ == "__main__":
        TrainFlow()
    ```

    Finds: MF101 at 4:5

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            from cleaning import clean

            self.rows = clean(["a", ""])
            self.next(self.end)

        @step
        def end(self):
            pass


    if __name__ == "__main__":
        TrainFlow()
    ```

    ## Options

    - `definition-time-helpers`: `"allow"` (the default) or `"forbid"`, which reports helpers of the class
      definition too.
    """
    from mflint.analysis.steps.needed_names import definition_names, names_needed

    flows = [flow for flow in context.flows if flow.steps and not flow.definition.nested]
    if not flows:
        return
    main = next((flow for flow in flows if flow.started), flows[-1])
    allowed = _guard_names(file, flows)
    if definition_time_helpers != "forbid":
        allowed |= names_needed(file, {name for flow in flows for name in definition_names(flow)})
    for definition in _definitions(file):
        if definition is not main.definition and definition.name not in allowed:
            yield _violation(file, definition, main, {flow.definition for flow in flows})


def _guard_names(file: FlowFile, flows: list[Flow]) -> set[str]:
    """What the main guard needs and no flow's methods do; never the flows themselves."""
    from mflint.analysis.steps.needed_names import names_needed

    used = {name for flow in flows for function in flow.definition.functions for name in function.uses}
    started = {flow.name for flow in flows}
    return names_needed(file, file.guard_uses.keys() - started) - names_needed(file, used) - started


def _definitions(file: FlowFile) -> Iterator[Class | Function]:
    yield from (klass for klass in file.classes if not klass.nested)
    yield from file.functions


def _violation(file: FlowFile, definition: Class | Function, main: Flow, flows: set[Class]) -> Violation:
    if definition in flows:
        message, remedy = f"a second flow `{definition.name}`", "Give it a file of its own."
    else:
        kind = "class" if isinstance(definition, Class) else "function"
        message, remedy = f"{kind} `{definition.name}`", "Move it to a module that the steps import it from."
    return Violation(
        Place(file.path, definition.name_node),
        f"{message} stands beside `{main.name}` in its file",
        help=remedy,
        flow=main.name,
        related=((Place(file.path, main.definition.name_node), "the flow"),),
    )
