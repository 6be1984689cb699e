from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.steps.declared import is_judged, shadowed_steps
from mflint.diagnostics import Silence, Violation
from mflint.model import Flow, Step
from mflint.rules import Profile, rule
from mflint.rules.graph import finding, name_of


@rule("MF518", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """Two steps claim the same place or name.

    ## What it does

    Finds several steps with `@step(start=True)`, or with `@step(end=True)`, a marked one beside a step
    called `start` or `end`, and two steps of the same name in one class.

    ## Why it matters

    Metaflow does not know which step is the first or the last and refuses to run the flow. Of two steps of
    the same name it sees the second only, without a word.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step(start=True)
        def load(self):
            self.next(self.end)

        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF518 at 6:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step(start=True)
        def load(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    if not is_judged(flow):
        return
    for key, marked in (
        ("start", [step for step in flow.steps.values() if step.starts]),
        ("end", [step for step in flow.steps.values() if step.ends]),
    ):
        yield from _of_marks(flow, key, marked)
    for step, node in shadowed_steps(flow):
        yield finding(
            flow,
            step,
            f"there are two steps `{step.name}`; the second one replaces the first",
            node=node,
            help="Give one of them another name.",
            related=[(name_of(step), "replaces it")],
        )


def _of_marks(flow: Flow, key: str, marked: list[Step]) -> Iterator[Violation]:
    if not marked:
        return
    first, *others = marked
    for step in others:
        yield finding(
            flow,
            step,
            f"`{first.name}` and `{step.name}` both have `@step({key}=True)`",
            help="Keep one of them.",
            related=[(name_of(first), "is the other one")],
        )
    named = flow.steps.get(key)
    if not others and named is not None and named is not first:
        yield finding(
            flow,
            first,
            f"`{first.name}` has `@step({key}=True)`, but there is a step `{key}`",
            help=f"Remove `{key}=True`, or give the step `{key}` another name.",
            related=[(name_of(named), "is the other one")],
        )
