from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Violation
from mflint.model import Step
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context

_PLUMBING = ("next", "merge_artifacts")
"""What a step calls to be a step, and says nothing of what it does."""


@rule("MF302", Profile.STRICT)
def check(
    step: Step, context: Context, *, max_calls: int = 2, max_statements: int = 8
) -> Iterator[Violation]:
    """A step that does much has no docstring.

    ## What it does

    Counts the calls and the statements of a step without docstring. A chain such as
    `rows.filter(…).sort(…)` is one call; `self.next`, `self.merge_artifacts` and imports do not count. The
    first and the last step are left to `missing-endpoint-docstring`.

    ## Why it matters

    The name of a step that makes one call says what it does. Where a step puts several things together its
    docstring is what tells why, and Metaflow shows it in the UI.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.train)

        @step
        def train(self):
            from churn import fit, load_events, score, without_outliers

            events = without_outliers(load_events())
            self.model = fit(events)
            self.score = score(self.model, events)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF302 at 10:9

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.train)

        @step
        def train(self):
            '''Fit the model to the usual customers; the others would hide them.'''
            from churn import fit, load_events, score, without_outliers

            events = without_outliers(load_events())
            self.model = fit(events)
            self.score = score(self.model, events)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Options

    - `max-calls`: how many calls a step without docstring may make, `2` by default.
    - `max-statements`: how many statements it may have, `8` by default.
    """
    if (step.function.docstring or "").strip() or _is_endpoint(step, context):
        return
    calls, statements = _calls(step), step.function.statements
    if calls > max_calls or statements > max_statements:
        found = f"{calls} calls" if calls > max_calls else f"{statements} statements"
        yield Violation(
            Place(step.file.path, step.function.name_node),
            f"step `{step.name}` has {found} and no docstring",
            help="Say what the step is for, or let it call less.",
        )


def _is_endpoint(step: Step, context: Context) -> bool:
    flows = (flow for flow in context.flows if step in flow.steps.values())
    return step.starts or step.ends or any(step in (flow.start, flow.end) for flow in flows)


def _calls(step: Step) -> int:
    plumbing = {f"{step.function.signature.first}.{name}" for name in _PLUMBING}
    return sum(call.name not in plumbing for call in step.function.calls)
