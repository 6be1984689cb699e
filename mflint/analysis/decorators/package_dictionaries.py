"""The packages that a decorator's dictionaries spell out, with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from mflint.analysis.decorators.packages import ARGUMENTS, DECORATORS
from mflint.model import AppliedDecorator, Literal, Node
from mflint.syntax import literal


@dataclass(frozen=True, slots=True)
class WrittenPackage:
    """A key of a dictionary of packages, at `node`; `version` is UNKNOWN where it is computed."""

    name: str
    version: Literal
    node: Node


def written_packages(applied: AppliedDecorator) -> Iterator[WrittenPackage]:
    """What `@pypi`, `@conda` or their bases are given with a literal name; nothing for other decorators.

    Of a dictionary that is computed in part, what is written counts. Whether the decorator is disabled is not
    asked.
    """
    call = applied.decorator.call
    if applied.qualified not in DECORATORS or call is None:
        return
    for argument in call.arguments:
        if argument.keyword not in ARGUMENTS or not isinstance(argument.node, cst.Dict):
            continue
        for element in argument.node.elements:
            name = literal(element.key) if isinstance(element, cst.DictElement) else None
            if isinstance(name, str) and isinstance(element, cst.DictElement):
                yield WrittenPackage(name, literal(element.value), element.key)
