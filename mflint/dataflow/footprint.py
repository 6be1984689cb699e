"""What an effect may do, whatever way is taken through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mflint.model.effects import (
    Choice,
    ClassWrite,
    Delete,
    Effect,
    Exit,
    ExitKind,
    Later,
    Loop,
    Merge,
    Read,
    Sequence,
    Try,
    Write,
)


@dataclass(frozen=True)
class Footprint:
    """Names that are assigned, deleted and read; `merges` and `opens` tell that others may be assigned."""

    writes: frozenset[str] = frozenset()
    deletes: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    merges: bool = False
    opens: bool = False

    def __or__(self, other: Footprint) -> Footprint:
        """What either does."""
        return Footprint(
            self.writes | other.writes,
            self.deletes | other.deletes,
            self.reads | other.reads,
            self.merges or other.merges,
            self.opens or other.opens,
        )


def walk(root: Effect) -> Iterator[Effect]:
    """The effect and all inside it."""
    stack = [root]
    while stack:
        effect = stack.pop()
        yield effect
        stack.extend(reversed(list(parts(effect))))


def parts(effect: Effect) -> Iterator[Effect]:
    """The effects directly inside another one."""
    if isinstance(effect, Sequence):
        yield from effect.effects
    elif isinstance(effect, Choice):
        for alternative in effect.alternatives:
            yield alternative.test
            yield alternative.body
        if effect.otherwise is not None:
            yield effect.otherwise
    elif isinstance(effect, Loop):
        yield effect.body
        yield effect.orelse
    elif isinstance(effect, Try):
        yield effect.body
        yield from (handler.body for handler in effect.handlers)
        yield effect.orelse
        yield effect.final
    elif isinstance(effect, Later):
        yield effect.body


def footprint(root: Effect, is_own_class: Callable[[str], bool]) -> Footprint:
    """What the effect itself may do, without the methods that it calls."""
    writes, deletes, reads = set(), set(), set()
    merges = False
    for effect in walk(root):
        if isinstance(effect, Write) or (isinstance(effect, ClassWrite) and is_own_class(effect.owner)):
            writes.add(effect.name)
        elif isinstance(effect, Delete):
            deletes.add(effect.name)
        elif isinstance(effect, Read):
            reads.add(effect.name)
        elif isinstance(effect, Merge):
            merges = True
    return Footprint(frozenset(writes), frozenset(deletes), frozenset(reads), merges)


def always_raises(effect: Effect) -> bool:
    """Whether the effect surely ends by an exception."""
    if isinstance(effect, Exit):
        return effect.kind is ExitKind.RAISE
    if isinstance(effect, Sequence):
        return any(always_raises(part) for part in effect.effects)
    if isinstance(effect, Choice) and effect.otherwise is not None:
        bodies = [alternative.body for alternative in effect.alternatives]
        return all(always_raises(body) for body in (*bodies, effect.otherwise))
    return False
