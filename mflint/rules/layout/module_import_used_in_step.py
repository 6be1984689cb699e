from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Applicability, Place, Remedy, Violation
from mflint.model import FlowFile, Function, Import, Node
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context

_METAFLOW = {"metaflow", "metaflow_extensions"}


@rule("MF102", Profile.RECOMMENDED, fix=Applicability.SAFE)
def check(file: FlowFile, context: Context, *, stdlib: bool = False) -> Iterator[Violation]:
    """A step uses a module that the file imports at module level.

    ## What it does

    Reports module-level imports of third-party packages and of the project's own modules whose names a step
    uses, or a method that a step calls. Metaflow itself stays at the top, and so does what the class needs
    while it is being defined. A name that the step binds itself is not the module's.

    ## Why it matters

    The steps of a flow run on several machines with different environments, and every one of them imports the
    whole file first. An import at module level makes the `start` step need what only `train` uses, and makes
    `python flow.py show` fail on a laptop that has no GPU library.

    ## Example

    ```python title="bad"
    import pandas as pd
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.rows = len(pd.read_csv("events.csv"))
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF102 at 1:8

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            import pandas as pd

            self.rows = len(pd.read_csv("events.csv"))
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Fix safety

    The fix writes the import at the top of every step, method and function that uses the name. It is safe
    unless others may notice: the module is the project's own and does more when imported than define names,
    or a package that patches others; other imports add to it; another file takes the name from this one; the
    import path or the environment is changed further down. It is not offered where the name is needed
    elsewhere, bound more than once, or imported in a block.

    ## Options

    - `stdlib`: `false` (the default) or `true`, which reports modules of the standard library too.
    """
    from mflint.analysis.steps.needed_names import definition_names, names_needed

    uses = _uses_in_steps(file, context)
    staying = names_needed(file, {name for flow in context.flows for name in definition_names(flow)})
    for found in file.imports:
        if found.bound in staying or not _counts(found, file, context, stdlib):
            continue
        steps: dict[tuple[str, str], Node] = {}
        for function, place in uses.get(found.bound, ()):
            for node in _uses_of(found, function, file):
                steps.setdefault(place, node)
        if steps:
            yield _violation(file, found, steps, _remedy(found, file, context))


def _uses_in_steps(file: FlowFile, context: Context) -> dict[str, list[tuple[Function, tuple[str, str]]]]:
    """For each name from outside a step: the functions that use it, each with its flow and step."""
    from mflint.analysis.steps.reach import reached_functions

    uses: dict[str, list[tuple[Function, tuple[str, str]]]] = {}
    for flow in context.flows:
        for function, where, step in reached_functions(flow):
            if where is file:
                for name in function.uses:
                    uses.setdefault(name, []).append((function, (flow.name, step)))
    return uses


def _uses_of(found: Import, function: Function, file: FlowFile) -> Iterator[Node]:
    """Where `function` uses what `found` imports: `a.b.f()` is no use of `a.c` where both are imported."""
    plain = (i.module for i in file.imports if i.name is None and i.bound == i.module.partition(".")[0])
    modules = {module for module in plain if module.partition(".")[0] == found.bound}
    if found.name is not None or found.module not in modules:
        yield from function.uses[found.bound]
        return
    from mflint.syntax import dotted_uses

    dotted = dotted_uses(function.node)
    for node in function.uses[found.bound]:
        name = dotted.get(node, "")
        meant = max((m for m in modules if f"{name}.".startswith(f"{m}.")), key=len, default=found.module)
        if meant == found.module:
            yield node


def _counts(found: Import, file: FlowFile, context: Context, stdlib: bool) -> bool:
    top = found.module.partition(".")[0]
    if found.type_checking or found.bound == "*" or (not found.level and top in {"__future__", *_METAFLOW}):
        return False
    if found.level or context.modules.find(file.path, found.module, 0) is not None:
        return True
    return stdlib or top not in sys.stdlib_module_names


def _remedy(found: Import, file: FlowFile, context: Context) -> Remedy | None:
    from mflint.analysis.imports.module_imports import applicability, edits, receivers

    users = receivers(found, file)
    if not users:
        return None
    message = "Import it at the top of " + ", ".join(f"`{function.name}`" for function in users)
    return Remedy(
        message, applicability(found, file, context), lambda editor: edits(editor, found, file, users)
    )


def _violation(
    file: FlowFile, found: Import, steps: dict[tuple[str, str], Node], remedy: Remedy | None
) -> Violation:
    names = list(dict.fromkeys(step for _, step in steps))
    plural = "s" if len(names) > 1 else ""
    flow, first = next(iter(steps))
    return Violation(
        Place(file.path, found.node),
        f"`{found.target}` is imported at module level and used in step{plural} "
        + ", ".join(f"`{step}`" for step in names),
        help=f"Import it at the top of the step{plural}.",
        flow=flow,
        step=first,
        related=tuple(
            (Place(file.path, node), f"used by step `{step}`") for (_, step), node in steps.items()
        ),
        remedy=remedy,
    )
