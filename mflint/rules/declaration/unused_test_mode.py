from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.analysis.parameters.test_mode import declared
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow, Parameter
from mflint.rules import Profile, rule
from mflint.rules.places import class_of

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF206", Profile.RECOMMENDED)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A flow has a test mode that nothing asks for.

    ## What it does

    Looks in the steps, and in the methods that they use, for a place that reads the test-mode parameter, of
    `self` or of the inputs of a join. Where the flow is handed to other code, or may have parts that the
    source does not show, the rule keeps silent. A base flow is judged by the flows that derive from it.

    ## Why it matters

    The flow says that it can be tried out in a minute, and then it does all of its work: it reads all rows,
    trains for hours, writes to the real table.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        test_mode = Parameter("test-mode", type=bool, default=True)

        @step
        def start(self):
            from bikes.rides import read_rides

            self.rides = read_rides()
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF206 at 5:5

    ```python title="good"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        test_mode = Parameter("test-mode", type=bool, default=True)

        @step
        def start(self):
            from bikes.rides import read_rides

            self.rides = read_rides(limit=100 if self.test_mode else None)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Options

    The parameter's name is the setting `test-mode-parameter`, which the pytest plugin reads too.
    """
    from mflint.analysis.parameters.mentions import doubt_about_reads, mentions

    parameter = declared(flow, context.test_mode_parameter)
    if parameter is None or not flow.concrete or mentions(flow, parameter):
        return
    doubt = doubt_about_reads(flow)
    if doubt:
        yield Silence(doubt)
        return
    yield _violation(flow, parameter)


def _violation(flow: Flow, parameter: Parameter) -> Violation:
    """At the declaration; an inherited one may do its work in other flows, so the flow itself is named."""
    from mflint.analysis.parameters.defaults import owner_of

    owner, file = owner_of(parameter, flow)
    declaration = Place(file.path, parameter.node)
    own = owner is flow.definition
    return Violation(
        declaration if own else class_of(flow),
        f"no step of `{flow.name}` reads `self.{parameter.attribute}`",
        help="Let the steps do little where it is set: fewer rows, fewer rounds, no writing to real tables.",
        related=() if own else ((declaration, f"the parameter `{parameter.name}` is inherited"),),
    )
