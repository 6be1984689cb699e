from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow, ParameterKind
from mflint.rules import Profile, rule
from mflint.rules.declaration import own_parameters


@rule("MF209", Profile.STRICT)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A parameter has no help text.

    ## What it does

    Looks for `help` in every `Parameter` that the flow's class declares. An empty text is none.

    ## Why it matters

    `python flow.py run --help` is what a colleague reads before starting the flow, and the deployed flow's
    form in the scheduler shows the same text. Without it they learn the name and nothing else.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        rows = Parameter("rows", default=1000)

        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF209 at 5:12

    ```python title="good"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        rows = Parameter("rows", default=1000, help="How many events to learn from.")

        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    for parameter in own_parameters(flow):
        if parameter.kind is not ParameterKind.PARAMETER:
            continue
        text = parameter.call.argument("help", 3)
        if text is None and parameter.call.unpacks:
            yield Silence(f"the arguments of parameter `{parameter.name}` are computed")
        elif text is None or text.value is None or (isinstance(text.value, str) and not text.value.strip()):
            yield Violation(
                Place(flow.file.path, parameter.call.node),
                f"the parameter `{parameter.name}` has no help",
                help="Add `help=` with what the value means, and its unit.",
            )
