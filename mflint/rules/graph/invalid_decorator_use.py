from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.places import in_file_of

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF522", Profile.CORRECTNESS)
def check(
    flow: Flow, context: Context, *, more_arguments: tuple[str, ...] = ()
) -> Iterator[Violation | Silence]:
    """Metaflow refuses a decorator.

    ## What it does

    Looks at Metaflow's own decorators: of a step below `@step` or without it, of a flow on a step and the
    reverse, twice on the same step or flow (base classes included), with positional arguments or with an
    argument that Metaflow 2.19 does not know.

    ## Why it matters

    Python cannot even import the file.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, retry, step


    class TrainFlow(FlowSpec):
        @step
        @retry(times=3)
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF522 at 6:5

    ```python title="good"
    from metaflow import FlowSpec, retry, step


    class TrainFlow(FlowSpec):
        @retry(times=3)
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Options

    - `more-arguments`: arguments that an extension of Metaflow adds to its decorators, such as
      `["kubernetes.compute_profile"]`.
    """
    from mflint.analysis.decorators.refusals import refusals

    for refusal in refusals(flow, context.names, more_arguments):
        place, related = in_file_of(flow, Place(refusal.file.path, refusal.decorator.node))
        yield Violation(place, refusal.message, help=refusal.help, related=related)
