"""What the inputs of a join hold, and what of it `merge_artifacts` takes over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mflint.analysis.dataflow.state import Left
from mflint.model.effects import Merge


@dataclass(frozen=True)
class Joined:
    """The inputs of a join: what each of its branches leaves, and what each step before it does."""

    branches: tuple[Left, ...]
    steps: Mapping[str, Left]

    def union(self) -> Left:
        """What the branches leave together: each is an input."""
        return Left(
            frozenset().union(*(one.must for one in self.branches)),
            frozenset().union(*(one.may for one in self.branches)),
            any(one.opened for one in self.branches),
        )

    def merged(self, merge: Merge) -> Left:
        """What the call of `merge_artifacts` adds (`FlowSpec.merge_artifacts`)."""
        found = self.union()
        must, may = found.must, found.may
        if isinstance(merge.include, tuple) and merge.include:
            must, may = must & {*merge.include}, may & {*merge.include}
        if isinstance(merge.exclude, tuple):
            must, may = must - {*merge.exclude}, may - {*merge.exclude}
        return Left(must, may, found.opened)

    def entry(self, join: str) -> Left:
        """What the join sees before it merges: nothing."""
        lost = {name: earlier for one in self.branches for name, earlier in one.lost.items()}
        lost.update(dict.fromkeys(self.union().may, join))
        anything = any(one.opened or one.lost_anything for one in self.branches)
        return Left(lost=lost, lost_anything=anything)
