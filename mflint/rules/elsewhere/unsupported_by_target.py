from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Violation
from mflint.model import FlowFile
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context


@rule("MF708", Profile.CORRECTNESS)
def check(file: FlowFile, context: Context) -> Iterator[Violation]:
    """A flow needs a newer Metaflow than the one it must run on.

    ## What it does

    Compares what a file uses of Metaflow with the setting `metaflow-version`, the oldest Metaflow that the
    flows must run on: names such as `Config`, `Runner` and `pypi`, arguments of decorators, switches,
    `@step(start=True)`, and `@conda` with Python 3.9. Without the setting the rule finds nothing. An import
    in a `try` or under an `if` is taken to be guarded.

    ## Why it matters

    The older Metaflow cannot import the name, refuses the argument, or reads the graph differently, and it
    does so where the flow is deployed and not where it was written.

    ## Example

    With this setting:

    ```toml title="mflint.toml"
    metaflow-version = "2.12"
    ```

    ```python title="bad"
    from metaflow import Config, FlowSpec, step


    class TrainFlow(FlowSpec):
        settings = Config("settings", default_value={"rounds": 10})

        @step
        def start(self):
            self.rounds = self.settings.rounds
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF708 at 1:22

    ```python title="good"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        rounds = Parameter("rounds", default=10)

        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Options

    The oldest Metaflow is the setting `metaflow-version`.

    ## References

    - [Releases of Metaflow](https://github.com/Netflix/metaflow/releases)
    """
    target = context.metaflow_version
    if target is None:
        return
    from mflint.analysis.services.features import shown
    from mflint.analysis.services.target import newer_features

    for newer in newer_features(file, context.flows, context.names, target):
        yield Violation(
            Place(file.path, newer.node),
            f"{newer.feature} needs Metaflow {shown(newer.since)}, and the flows must run on {shown(target)}",
            help="Do without it, or raise `metaflow-version` in the settings of mflint.",
        )
