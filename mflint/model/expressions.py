"""What the source says of single expressions: literals and calls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

Node: TypeAlias = Any


class Unknown(Enum):
    """The one value `UNKNOWN`: an expression whose value the source alone does not tell."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        """Short, since it stands inside printed literals."""
        return "UNKNOWN"


UNKNOWN = Unknown.UNKNOWN

Literal: TypeAlias = Any
"""A Python literal, containers included; `UNKNOWN` stands for each part that is computed."""


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """One argument of a call; `keyword` is None for a positional one, `star` is `*` or `**`, if any."""

    node: Node
    keyword: str | None
    value: Literal
    star: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call of a dotted name, such as `self.next`, `pd.read_csv` or `TrainFlow`."""

    node: Node
    name: str
    arguments: tuple[Argument, ...]

    def argument(self, keyword: str, position: int | None = None) -> Argument | None:
        """The argument given as `keyword`, or at `position` among the positional ones."""
        for argument in self.arguments:
            if argument.keyword == keyword:
                return argument
        positional = [a for a in self.arguments if a.keyword is None]
        if position is None or position >= len(positional) or any(a.star for a in positional[: position + 1]):
            return None
        return positional[position]

    @property
    def unpacks(self) -> bool:
        """Whether `*args` or `**kwargs` hide arguments."""
        return any(a.star for a in self.arguments)
