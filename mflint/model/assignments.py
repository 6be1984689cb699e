"""What the source assigns to names and to artifacts, and which artifacts it reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mflint.model.expressions import Node


class AssignmentKind(Enum):
    """How a name or an artifact gets its value."""

    PLAIN = "plain"
    ANNOTATED = "annotated"
    DECLARED = "declared"
    """An annotation without a value."""
    AUGMENTED = "augmented"
    UNPACKED = "unpacked"
    """An element of a tuple or list target."""
    LOOP = "loop"
    WITH = "with"
    WALRUS = "walrus"
    SUBSCRIPT = "subscript"
    """`self.x[…] = …`: the artifact changes in place."""
    ATTRIBUTE = "attribute"
    """`self.x.y = …`: the artifact changes in place."""
    DELETE = "delete"
    SETATTR = "setattr"
    OTHER = "other"
    """`except … as name`, a `match` capture, a `def` or a `class` statement."""


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """A local name, or an attribute of a class body, gets a value (None where no expression tells it).

    `elements` is the path into `value` for an unpacked target: `a, (b, c) = v` gives `c` the path (1, 1); an
    element behind a starred one has path None. `block` is the path of nested blocks, one number each,
    negative for the body of a loop: an assignment is made before `later` on every way there if its block is a
    prefix of `later`'s.
    """

    node: Node
    name: str
    kind: AssignmentKind
    value: Node | None
    elements: tuple[int, ...] | None
    annotation: Node | None
    order: int
    block: tuple[int, ...]

    def always_before(self, order: int, block: tuple[int, ...]) -> bool:
        """Whether this assignment has been made whenever the place `order`, `block` is reached."""
        return self.order < order and block[: len(self.block)] == self.block

    def may_come_round(self, block: tuple[int, ...], since: tuple[int, ...]) -> bool:
        """Whether a loop leads from here to the place in `block`, without passing one in `since`."""
        shared = 0
        for own, other in zip(self.block, block, strict=False):
            if own != other:
                break
            shared += 1
        return any(number < 0 for number in block[len(since) : shared])


@dataclass(frozen=True, slots=True, eq=False)
class ArtifactWrite(Assignment):
    """An attribute of `self` is assigned, changed in place or deleted; `name` is the artifact.

    `nested` tells that it stands in a nested function or lambda, which may never be called.
    """

    nested: bool = False


class ReadKind(Enum):
    """How an artifact is read."""

    PLAIN = "plain"
    """`self.x`"""
    GETATTR = "getattr"
    """`getattr(self, "x")`"""
    DEFAULTED = "defaulted"
    """`getattr(self, "x", default)`"""
    TESTED = "tested"
    """`hasattr(self, "x")`"""


@dataclass(frozen=True, slots=True, eq=False)
class ArtifactRead:
    """An attribute of `self` is read, called or changed in place; `order` and `block` as in `Assignment`.

    An augmented assignment, an item assignment and `self.x.append(…)` read the artifact, too.
    """

    node: Node
    name: str
    kind: ReadKind
    order: int
    block: tuple[int, ...]
    nested: bool = False
