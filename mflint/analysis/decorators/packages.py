"""The packages that a flow's decorators declare for its steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mflint.model import UNKNOWN, AppliedDecorator, Flow

DECORATORS = {"metaflow.pypi", "metaflow.conda", "metaflow.pypi_base", "metaflow.conda_base"}
ARGUMENTS = ("packages", "libraries")
"""`libraries` is the older name that `@conda` still takes (metaflow/plugins/pypi/conda_decorator.py)."""


@dataclass(frozen=True, slots=True)
class DeclaredPackage:
    """A package as written in a decorator; `version` may be "", `step` is None for the whole flow.

    `name` is "" where the decorator's packages are computed and cannot be read.
    """

    name: str
    version: str
    decorator: str
    step: str | None


def declared_packages(flow: Flow) -> tuple[DeclaredPackage, ...]:
    """What `@pypi`, `@conda` and their bases declare, those for the whole flow first."""
    found = [package for applied in flow.decorators for package in _packages(applied, None)]
    for step, decorators in flow.step_decorators.items():
        for applied in decorators:
            found.extend(_packages(applied, step))
    return tuple(found)


def _packages(applied: AppliedDecorator, step: str | None) -> Iterator[DeclaredPackage]:
    if applied.qualified not in DECORATORS or applied.decorator.argument("disabled") is True:
        return
    for argument in ARGUMENTS:
        value = applied.decorator.argument(argument)
        if value is None:
            continue
        items = value.items() if isinstance(value, dict) else [(UNKNOWN, UNKNOWN)]
        for name, version in items:
            if isinstance(name, str) and isinstance(version, (str, int, float)):
                yield DeclaredPackage(name, str(version), applied.name, step)
            else:
                yield DeclaredPackage("", "", applied.name, step)


Pair = tuple[AppliedDecorator | None, AppliedDecorator | None]
"""A decorator of a step, and the one of its flow whose arguments it inherits."""


def mixes_packages(pypi: Pair, conda: Pair) -> bool:
    """Whether a step certainly has packages of both, which `CondaEnvironment.get_environment` refuses.

    `@pypi` always brings packages, those that Metaflow needs itself; `@conda` only those that it is given.
    """
    given = [a.decorator.argument(key) for a in conda if a is not None for key in ARGUMENTS]
    has_packages = any(value and isinstance(value, dict) for value in given)
    return has_packages and not _may_be_disabled(pypi) and not _may_be_disabled(conda)


def _may_be_disabled(pair: Pair) -> bool:
    for applied in pair:
        value = applied.decorator.argument("disabled") if applied is not None else None
        if value is not None:
            return value is UNKNOWN or str(value).lower() not in ("false", "")
    return False
