"""What an effect may do, whatever way is taken through it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from mflint.model import Node
from mflint.model.effects import (
    AnyRead,
    BranchWrite,
    Choice,
    ClassWrite,
    Delete,
    Effect,
    Escape,
    Exit,
    ExitKind,
    Later,
    Loop,
    Merge,
    MethodCall,
    Read,
    Sequence,
    Tested,
    Try,
    Write,
)


@dataclass(frozen=True)
class Footprint:
    """Names that are assigned and deleted; `merges` and `opens` tell that others may be assigned."""

    writes: frozenset[str] = frozenset()
    deletes: frozenset[str] = frozenset()
    merges: bool = False
    opens: bool = False

    def __or__(self, other: Footprint) -> Footprint:
        """What either does."""
        return Footprint(
            self.writes | other.writes,
            self.deletes | other.deletes,
            self.merges or other.merges,
            self.opens or other.opens,
        )


@dataclass(frozen=True, eq=False)
class Survey:
    """All that stands somewhere in an effect; `writes` has the place of the first write of each name."""

    writes: Mapping[str, Node]
    class_writes: tuple[ClassWrite, ...]
    deletes: frozenset[str]
    reads: frozenset[str]
    tested: frozenset[str]
    calls: tuple[MethodCall, ...]
    escapes: frozenset[str]
    input_writes: frozenset[str]
    merges: bool
    reads_any: bool


@lru_cache(maxsize=1024)
def survey(root: Effect) -> Survey:
    """What stands in the effect."""
    found: dict[type, list[Effect]] = {}
    for effect in walk(root):
        found.setdefault(type(effect), []).append(effect)
    writes: dict[str, Node] = {}
    for write in found.get(Write, ()):
        assert isinstance(write, Write)
        writes.setdefault(write.name, write.node)
    return Survey(
        writes,
        tuple(e for e in found.get(ClassWrite, ()) if isinstance(e, ClassWrite)),
        frozenset(e.name for e in found.get(Delete, ()) if isinstance(e, Delete)),
        frozenset(e.name for e in found.get(Read, ()) if isinstance(e, Read)),
        frozenset(e.name for e in found.get(Tested, ()) if isinstance(e, Tested)),
        tuple(e for e in found.get(MethodCall, ()) if isinstance(e, MethodCall)),
        frozenset(e.callee for e in found.get(Escape, ()) if isinstance(e, Escape)),
        frozenset(e.name for e in found.get(BranchWrite, ()) if isinstance(e, BranchWrite)),
        Merge in found,
        AnyRead in found,
    )


def walk(root: Effect) -> Iterator[Effect]:
    """The effect and all inside it, in the order written."""
    stack = [root]
    while stack:
        effect = stack.pop()
        yield effect
        if type(effect) in _COMPOSED:
            stack.extend(reversed(list(parts(effect))))


_COMPOSED = {Choice, Later, Loop, Sequence, Try}


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
