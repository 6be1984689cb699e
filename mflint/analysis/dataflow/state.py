"""What is known of the artifacts at one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mflint.model.effects import Facts, Subject


@dataclass(frozen=True)
class Left:
    """What a step leaves to the next one; of several steps, what they leave together.

    `must` is there whatever happened, `may` in some cases; `opened` tells that any artifact may be there.
    `lost` names artifacts that a join did not take over, each with that join.
    """

    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    opened: bool = False
    lost: Mapping[str, str] = field(default_factory=dict)
    lost_anything: bool = False
    """Whether a join dropped artifacts that the source does not show."""


def together(left: Iterable[Left]) -> Left:
    """What is there where one of several steps came before."""
    every = list(left)
    if len(every) == 1:
        return every[0]
    may = frozenset().union(*(one.may for one in every))
    shared = frozenset.intersection(*(one.may for one in every))
    some = frozenset().union(*(one.must for one in every))
    lost = {name: join for one in every for name, join in one.lost.items() if name not in may}
    opened = any(one.opened for one in every)
    return Left(shared & some, may, opened, lost, any(one.lost_anything for one in every))


class State:
    """What is known within a step; it changes as its effects are followed.

    `late` is the part of `may` that only an earlier round of a loop assigns, `assumed` what is taken for
    there since a decision leads here, `known` what a test has shown, `inherited_…` what `del` leaves.
    """

    __slots__ = (
        "assumed",
        "conditional",
        "filtered",
        "guarded_inputs",
        "inherited_may",
        "inherited_must",
        "known",
        "late",
        "may",
        "must",
        "opened",
    )

    def __init__(self, left: Left, late: Iterable[str] = ()) -> None:
        self.must: set[str] = set(left.must)
        self.may: set[str] = set(left.may).union(late)
        self.late: set[str] = set(late) - left.may
        self.assumed: set[str] = set()
        self.known: set[str] = set()
        self.inherited_must = left.must
        self.inherited_may = left.may
        self.guarded_inputs: set[str] = set()
        self.opened = left.opened
        self.conditional = False
        self.filtered = False

    def copy(self) -> State:
        """The same, to be changed apart."""
        other = State.__new__(State)
        other.must, other.may = set(self.must), set(self.may)
        other.late, other.assumed, other.known = set(self.late), set(self.assumed), set(self.known)
        other.inherited_must, other.inherited_may = self.inherited_must, self.inherited_may
        other.guarded_inputs = set(self.guarded_inputs)
        other.opened, other.conditional, other.filtered = self.opened, self.conditional, self.filtered
        return other

    def under_condition(self, known: Facts = frozenset()) -> State:
        """What is known where a decision leads here and `known` holds."""
        other = self.copy()
        other.assumed |= self.may
        other.conditional = other.filtered = True
        other.learn(known)
        return other

    def learn(self, known: Facts) -> None:
        """Take facts for true."""
        names = {name for subject, name in known if subject is Subject.FLOW}
        self.assumed |= names
        self.known |= names
        self.guarded_inputs.update(name for subject, name in known if subject is Subject.INPUT)

    def write(self, *names: str) -> None:
        """The artifacts are assigned, or proved to be there."""
        self.must.update(names)
        self.may.update(names)
        self.late.difference_update(names)

    def delete(self, name: str) -> None:
        """What the step itself assigned is deleted; what it inherited is there again."""
        self.assumed.discard(name)
        self.known.discard(name)
        if name not in self.inherited_must:
            self.must.discard(name)
        if name not in self.inherited_may:
            self.may.discard(name)

    def key(self) -> tuple[object, ...]:
        """Equal for states that lead to the same."""
        sets = (self.must, self.may, self.late, self.assumed, self.known, self.guarded_inputs)
        flags = (self.opened, self.conditional, self.filtered)
        return (*map(frozenset, sets), self.inherited_must, self.inherited_may, *flags)

    def left(self, lost: Mapping[str, str], *, lost_anything: bool) -> Left:
        """What is there at the end of the step, decisions that end a run taken for made."""
        may = frozenset(self.may | self.assumed)
        kept = {name: join for name, join in lost.items() if name not in may}
        return Left(frozenset(self.must | self.assumed), may, self.opened, kept, lost_anything)


def meet(before: State, branches: Iterable[State], *, left_out: bool) -> State:
    """What is known after a decision; `left_out` tells that some alternatives do not come here.

    An artifact that was possibly there before and is certainly there after one alternative is taken for
    there: the two decisions mostly go together.
    """
    states = list(branches)
    after = before.copy()
    after.opened = any(state.opened for state in states)
    after.may = set().union(*(state.may for state in states))
    after.late = set.intersection(*(state.late for state in states))
    certain = [state.must | state.known | (before.may & state.may) for state in states]
    after.must = set.intersection(*certain) & set().union(*(state.must for state in states))
    kept = [state.assumed | state.must if left_out else state.assumed | state.may for state in states]
    shared = set.intersection(*kept)
    after.assumed = shared if left_out else before.assumed & shared
    after.known = set.intersection(*(state.known for state in states))
    if not left_out:
        after.known &= before.known
    after.guarded_inputs = set.intersection(*(state.guarded_inputs for state in states))
    after.inherited_must = frozenset.intersection(*(state.inherited_must for state in states))
    after.inherited_may = frozenset().union(*(state.inherited_may for state in states))
    after.conditional = before.conditional or left_out
    after.filtered = before.filtered or left_out
    return after
