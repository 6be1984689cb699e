"""Whether what a step reads and merges is there; collects what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from mflint.analysis.dataflow.events import BadMerge, Event, Lack, MergeFault, Missing, Spot, UnknownInput
from mflint.analysis.dataflow.footprint import Footprint, parts
from mflint.analysis.dataflow.ground import Ground
from mflint.analysis.dataflow.joins import Joined
from mflint.analysis.dataflow.state import Left, State
from mflint.model import Node
from mflint.model.effects import BranchRead, Effect, InputRead, Merge, Read, Taken, Try


@dataclass(frozen=True)
class Whole:
    """What is true of the whole flow: all that its code may do, and the names that it tests."""

    done: Footprint
    tested: frozenset[str]


@dataclass
class Verdicts:
    """The events of one step, in the order found, and the places where all was well."""

    ground: Ground
    whole: Whole
    entry: Left
    events: dict[tuple[Node, type], Event] = field(default_factory=dict)
    tentative: set[Node] = field(default_factory=set)
    """Reads that happen in a method under a condition: only wrong where no other step may make them."""
    fine: set[Node] = field(default_factory=set)
    guarded: int = 0
    _guarded_merges: int = 0
    _in_condition: bool = False

    @contextmanager
    def guard(self, *, attributes: bool, anything: bool) -> Iterator[None]:
        """What fails inside is expected to: an AttributeError, or an exception of some kind."""
        self.guarded += attributes
        self._guarded_merges += anything
        yield
        self.guarded -= attributes
        self._guarded_merges -= anything

    @contextmanager
    def inside_method(self, *, conditional: bool) -> Iterator[None]:
        """A method is followed that is called under a condition, or not."""
        outer, self._in_condition = self._in_condition, self._in_condition or conditional
        yield
        self._in_condition = outer

    def _add(self, event: Event, *, tentative: bool) -> None:
        node = event.spot.node
        self.events.setdefault((node, type(event)), event)
        if tentative:
            self.tentative.add(node)

    def read(self, name: str, spot: Spot, state: State, *, in_method: bool) -> None:
        """`self.name` is read."""
        if state.opened or name in state.must or name in state.assumed:
            self.fine.add(spot.node)
            return
        lack = Lack.SOMETIMES
        if name not in state.may or name in state.late:
            lack = Lack.LOST if name in self.entry.lost else Lack.NEVER
        conditional = state.conditional or self._in_condition
        if self.guarded or (lack is not Lack.SOMETIMES and conditional and name in self.whole.tested):
            return
        if lack is Lack.NEVER and self.entry.lost_anything:
            return
        known = frozenset(state.may) | self.ground.defined
        join = self.entry.lost[name] if lack is Lack.LOST else None
        self._add(Missing(spot, name, lack, known, join), tentative=in_method and state.conditional)

    def merge(
        self, merge: Merge, spot: Spot, joined: Joined | None, state: State, *, in_method: bool
    ) -> None:
        """`self.merge_artifacts(…)` is called."""
        tentative = in_method and state.conditional
        if self._guarded_merges:
            return
        if joined is None:
            self._add(BadMerge(spot, MergeFault.NO_JOIN), tentative=tentative)
            return
        self.fine.add(spot.node)
        include, exclude = merge.include, merge.exclude
        if isinstance(include, tuple) and isinstance(exclude, tuple) and include and exclude:
            self._add(BadMerge(spot, MergeFault.BOTH), tentative=tentative)
        elif isinstance(include, tuple) and not state.opened:
            self._absent(include, spot, joined, state)

    def _absent(self, include: tuple[str, ...], spot: Spot, joined: Joined, state: State) -> None:
        union = joined.union()
        there = union.may | state.may | state.assumed
        names = tuple(n for n in include if n not in there and not self.ground.is_defined(n))
        if names and not union.opened and not any(one.lost_anything for one in joined.branches):
            self._add(BadMerge(spot, MergeFault.ABSENT, names, union.may), tentative=False)

    def input(self, read: InputRead, spot: Spot, joined: Joined | None, state: State) -> None:
        """`inputs.name` is read."""
        if joined is None or read.name in joined.steps or read.name.startswith("__"):
            return
        if not self.guarded and read.name not in state.guarded_inputs:
            self._add(UnknownInput(spot, read.name, tuple(joined.steps)), tentative=False)

    def branch(self, read: BranchRead, spot: Spot, joined: Joined, state: State) -> None:
        """An artifact of an input is read."""
        if self.guarded or read.name in state.guarded_inputs:
            return
        lefts = {
            name: left
            for name, left in joined.steps.items()
            if isinstance(read.branch, Taken) or name == read.branch
        }
        if not lefts or any(left.opened or left.lost_anything for left in lefts.values()):
            return
        missing = self._missing_in(read, spot, lefts, state)
        if missing is not None:
            self._add(missing, tentative=False)

    def _missing_in(
        self, read: BranchRead, spot: Spot, lefts: Mapping[str, Left], state: State
    ) -> Missing | None:
        without = tuple(name for name, left in lefts.items() if read.name not in left.may)
        partly = tuple(name for name, left in lefts.items() if read.name not in left.must)
        known = frozenset().union(*(left.may for left in lefts.values())) | self.ground.defined
        if len(without) == len(lefts):
            lost = [left.lost[read.name] for left in lefts.values() if read.name in left.lost]
            lack = Lack.LOST if lost else Lack.NEVER
            join = lost[0] if lost else None
            if read.name in self.whole.tested and state.conditional:
                return None
            return Missing(spot, read.name, lack, known, join, read.branch, without)
        sure = not state.conditional and not self._in_condition
        if read.branch is Taken.EACH and without and not state.filtered:
            return Missing(spot, read.name, Lack.SOMETIMES, known, None, read.branch, without)
        if read.branch is not Taken.SOME and partly and sure:
            return Missing(spot, read.name, Lack.SOMETIMES, known, None, read.branch, partly)
        return None

    def later(self, body: Effect, spot: Callable[[Node], Spot], state: State) -> None:
        """Reads in a function that may be called later: wrong where nothing ever assigns the name."""
        if self.guarded or self.whole.done.opens or (self.whole.done.merges and self.entry.lost_anything):
            return
        for read in _certain_reads(body):
            name = read.name
            nowhere = name not in self.whole.done.writes and name not in self.whole.tested
            if nowhere and not self.ground.is_defined(name) and self.ground.method(name) is None:
                known = frozenset(state.may) | self.ground.defined
                self._add(Missing(spot(read.node), name, Lack.NEVER, known), tentative=False)


def _certain_reads(root: Effect) -> Iterator[Read]:
    """The reads inside an effect that no handler of exceptions expects to fail."""
    stack = [root]
    while stack:
        effect = stack.pop()
        if isinstance(effect, Read):
            yield effect
        elif not isinstance(effect, Try):
            stack.extend(parts(effect))
