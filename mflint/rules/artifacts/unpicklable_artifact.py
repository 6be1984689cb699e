from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF404", Profile.CORRECTNESS)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """An artifact holds something that cannot be pickled.

    ## What it does

    Reports what a step, or a method that it calls, leaves in `self` and pickle refuses: generators, views of
    dictionaries (`d.keys()`), open files, modules, locks, threads, sockets, `memoryview`, connections and
    clients of sqlite3 and boto3, the flow itself, instances of classes that a function defines, and
    containers, `defaultdict` or `functools.partial` that hold a lambda or one of these. What the step deletes
    or replaces before it ends is fine. `enumerate`, `zip`, `iter` and loggers pickle.

    ## Why it matters

    Metaflow pickles every artifact when a step ends. The task fails then, after all of its work is done.

    ## Example

    ```python title="bad"
    from collections import defaultdict

    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.counts = defaultdict(lambda: 0)
            self.names = self.counts.keys()
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF404 at 9:9, MF404 at 10:9

    ```python title="good"
    from collections import defaultdict

    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.counts = defaultdict(int)
            self.names = list(self.counts)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.artifacts.constants import read_only
    from mflint.analysis.artifacts.kept import kept_values
    from mflint.analysis.artifacts.sight import leaves_sight
    from mflint.analysis.steps.changes import changed_names
    from mflint.analysis.steps.reach import mentioned_by
    from mflint.analysis.types.classes import described
    from mflint.syntax import names_in

    attributes = read_only(flow, context.names)
    for step in flow.steps.values():
        for kept in kept_values(flow, step, context.names):
            what, name = described(kept.type), kept.write.name
            stored = name not in attributes and not (name.startswith("__") and name.endswith("__"))
            if what is None or kept.declared or not stored:
                continue
            changed = {n for function, _ in mentioned_by(flow, step) for n in changed_names(function)}
            if "[" in kept.type and f"self.{name}" in changed:
                continue
            given = frozenset(names_in(kept.write.value) if kept.write.value is not None else ())
            if flow.unknown or leaves_sight(flow, step, context.names, given):
                yield Silence(f"other code than that of step `{step.name}` may delete its artifacts")
                continue
            yield Violation(
                Place(step.file.path, kept.write.node),
                f"`self.{name}` keeps {what}, which cannot be pickled",
                help="Keep plain Python data, or delete it before the step ends.",
                step=step.name,
            )
