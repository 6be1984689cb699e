from __future__ import annotations

from collections.abc import Iterator

from mflint.diagnostics import Place, Violation
from mflint.model import AppliedDecorator, Flow
from mflint.rules import Profile, rule


@rule("MF709", Profile.STRICT)
def check(flow: Flow) -> Iterator[Violation]:
    """A package of a step's environment has no version.

    ## What it does

    Looks at the dictionaries of packages that `@pypi`, `@conda` and their bases for the whole flow are given,
    and finds those whose version is `""`, `"*"` or `None`. Constraints such as `">=2"` are fine, and so is a
    package that a URL names.

    ## Why it matters

    The environment is solved when the flow is run or deployed. Without a version a later run gets what is
    newest then, so the same code behaves differently, or fails, for no visible reason.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, pypi, step


    class TrainFlow(FlowSpec):
        @pypi(packages={"pandas": "2.2.3", "numpy": ""})
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF709 at 5:40

    ```python title="good"
    from metaflow import FlowSpec, pypi, step


    class TrainFlow(FlowSpec):
        @pypi(packages={"pandas": "2.2.3", "numpy": "2.1.2"})
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    for applied in flow.decorators:
        yield from _of_decorator(applied, None)
    for step, decorators in flow.step_decorators.items():
        for applied in decorators:
            yield from _of_decorator(applied, step)


def _of_decorator(applied: AppliedDecorator, step: str | None) -> Iterator[Violation]:
    from mflint.analysis.decorators.package_dictionaries import written_packages

    if applied.decorator.argument("disabled") is True:
        return
    for package in written_packages(applied):
        if not _is_url(package.name) and _is_open(package.version):
            yield Violation(
                Place(applied.file.path, package.node),
                f"`@{applied.name}` takes whatever version of `{package.name}` is newest",
                help="Give the version that the step was tried with.",
                step=step,
            )


def _is_url(name: str) -> bool:
    return "@" in name or "://" in name


def _is_open(version: object) -> bool:
    return version is None or (isinstance(version, str) and version.strip() in ("", "*"))
