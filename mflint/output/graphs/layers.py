"""Where boxes stand in a picture: in rows from the start down, each row ordered so that few arrows cross.

The classic layered drawing: a box is one row below the lowest box that leads to it, an arrow that passes rows
gets a place to go through in each of them, and rows are ordered by the middle of what they are joined to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mflint.output.graphs.drawing import Drawing

_SWEEPS = 8

Place = tuple[str, int]
"""A box and 0, or an arrow's way through a row: its number as text, and the row."""


@dataclass(frozen=True)
class Layout:
    """`rows` hold places from left to right; `routes` the places that each arrow passes, by its number.

    An arrow back to a box above, as of a switch that repeats itself, has no route.
    """

    rows: Sequence[Sequence[Place]]
    routes: Mapping[int, Sequence[Place]]


@dataclass
class _Rows:
    rows: list[list[Place]]
    neighbours: dict[Place, list[Place]] = field(default_factory=dict)

    def join(self, route: Sequence[Place]) -> None:
        for upper, lower in pairwise(route):
            self.neighbours.setdefault(upper, []).append(lower)
            self.neighbours.setdefault(lower, []).append(upper)

    def sweep(self, order: Sequence[int], step: int) -> None:
        """Order each row of `order` by the places of the row `step` away from it."""
        for index in order:
            fixed = {place: number for number, place in enumerate(self.rows[index - step])}
            middle = {
                place: _mean([fixed[n] for n in self.neighbours.get(place, ()) if n in fixed], number)
                for number, place in enumerate(self.rows[index])
            }
            self.rows[index].sort(key=middle.__getitem__)


def layout(drawing: Drawing) -> Layout:
    """The places of the drawing's boxes and arrows."""
    depth = _depths(drawing)
    rows = _Rows([[] for _ in range(max(depth.values(), default=-1) + 1)])
    for box in drawing.boxes:
        rows.rows[depth[box.name]].append((box.name, 0))
    routes = {}
    for number, arrow in enumerate(drawing.arrows):
        first, last = depth[arrow.source], depth[arrow.target]
        if first < last:
            between: list[Place] = [(f"arrow {number}", row) for row in range(first + 1, last)]
            for place in between:
                rows.rows[place[1]].append(place)
            routes[number] = [(arrow.source, 0), *between, (arrow.target, 0)]
            rows.join(routes[number])
    for _ in range(_SWEEPS):
        rows.sweep(range(1, len(rows.rows)), 1)
        rows.sweep(range(len(rows.rows) - 2, -1, -1), -1)
    return Layout(rows.rows, routes)


def _depths(drawing: Drawing) -> dict[str, int]:
    """The row of each box; boxes come in topological order, so an arrow to an earlier box leads back."""
    order = {box.name: index for index, box in enumerate(drawing.boxes)}
    depth = dict.fromkeys(order, 0)
    for box in drawing.boxes:
        for arrow in drawing.arrows:
            if arrow.source == box.name and order[arrow.target] > order[box.name]:
                depth[arrow.target] = max(depth[arrow.target], depth[box.name] + 1)
    return depth


def _mean(numbers: Sequence[int], otherwise: int) -> float:
    return sum(numbers) / len(numbers) if numbers else float(otherwise)
