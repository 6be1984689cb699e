from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.analysis.decorators.package_use import KnownPackage
    from mflint.context import Context


@rule("MF207", Profile.STRICT)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A step's environment has a package that the step does not import.

    ## What it does

    Compares the literal dictionaries of packages of `@pypi`, `@conda` and their bases for the whole flow with
    the imports of the flow's file: those of the step, and all that do not stand in another step. Names are
    compared as they are imported: `scikit-learn` is `sklearn`.

    A package may be needed without an import, as a driver, a plugin or a dependency with a fixed version, or
    to load an artifact of its classes. So only well-known libraries are reported, and only where everything
    else that runs there is known to do without them. Where a flow uses other modules of the project, imports
    by a computed name, starts processes or loads objects of other runs, the rule says nothing.

    ## Why it matters

    Every package makes an environment slower to solve and to install, and may keep another from being
    updated. Most are left over from code that has moved, or were copied with the decorator.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, pypi, step


    class TrainFlow(FlowSpec):
        @pypi(packages={"pandas": "2.2.3", "xgboost": "2.1.1"})
        @step
        def start(self):
            import pandas as pd

            self.rows = len(pd.read_csv("events.csv"))
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF207 at 5:40

    ```python title="good"
    from metaflow import FlowSpec, pypi, step


    class TrainFlow(FlowSpec):
        @pypi(packages={"pandas": "2.2.3"})
        @step
        def start(self):
            import pandas as pd

            self.rows = len(pd.read_csv("events.csv"))
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.decorators.package_use import Usage, known_packages

    usage = Usage(flow, context.modules)
    for package in known_packages(flow):
        unneeded = usage.is_unneeded(package)
        if unneeded is None or (unneeded and usage.doubt):
            yield Silence(usage.doubt or f"other libraries may need `{package.name}`")
        elif unneeded:
            yield _violation(flow, package)


def _violation(flow: Flow, package: KnownPackage) -> Violation:
    where = f"step `{package.step}`" if package.step is not None else f"`{flow.name}`"
    return Violation(
        Place(flow.file.path, package.node),
        f"`{package.name}` is in the environment of {where}, and nothing there imports `{package.module}`",
        help="Remove it from `packages`.",
        step=package.step,
    )
