"""For documents and web pages: one SVG that needs nothing else, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from mflint.output.graphs.drawing import Arrow, Box, Drawing, Shape
from mflint.output.graphs.layers import Layout, Place, layout

_CHARACTER = 7.6
_NOTE_CHARACTER = 6.2
_TITLE_CHARACTER = 9.5
_PADDING = 18
_HEIGHT = 44
_ROW = 92
_GAP = 34
_PASS = 12
"""The width of an arrow that passes a row."""
_LOOP = 54
"""How far an arrow to the same step, or to one above, swings out."""
_MARGIN = 28
_TITLE = 34

_STYLE = """\
svg { color-scheme: light dark; font-family: ui-sans-serif, system-ui, sans-serif; background: #fff; }
.title { font-size: 16px; font-weight: 600; fill: #1f2430; }
.name { font-size: 13px; font-weight: 500; fill: #1f2430; }
.note, .label { font-size: 11px; fill: #5c6472; }
.label { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }
rect, path.switch { fill: #f6f7f9; stroke: #a9b1bf; stroke-width: 1.25; }
.end { fill: #e3f1ea; stroke: #4f9d77; }
.foreach { fill: #e6eefb; stroke: #5b8bd0; }
.split { fill: #eef0fb; stroke: #7f86cf; }
.switch { fill: #fbf1de; stroke: #c9963a; }
.join { fill: #f1eaf8; stroke: #9a78c2; }
.missing { fill: none; stroke: #cf4b4b; stroke-dasharray: 5 4; }
.arrow { fill: none; stroke: #8a93a3; stroke-width: 1.5; }
.head { fill: #8a93a3; }
@media (prefers-color-scheme: dark) {
  svg { background: #16181d; }
  .title, .name { fill: #e6e8ec; }
  .note, .label { fill: #9aa3b2; }
  .label { stroke: #16181d; }
  rect { fill: #22262e; stroke: #4b5362; }
  .end { fill: #1b3328; stroke: #4f9d77; }
  .foreach { fill: #1c2a42; stroke: #5b8bd0; }
  .split { fill: #252844; stroke: #7f86cf; }
  .switch { fill: #3a2f17; stroke: #c9963a; }
  .join { fill: #2f2440; stroke: #9a78c2; }
  .missing { fill: none; stroke: #e06c6c; }
  .arrow { stroke: #737d8e; }
  .head { fill: #737d8e; }
}"""
_HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path class="head" d="M0 0 L8 4 L0 8 z"/></marker></defs>'
)
_CLASSES = {
    Shape.END: "end",
    Shape.STEP: "step",
    Shape.SPLIT: "split",
    Shape.FOREACH: "foreach",
    Shape.SWITCH: "switch",
    Shape.JOIN: "join",
    Shape.MISSING: "missing",
}


@dataclass(frozen=True)
class _Spot:
    """The middle of a place, and how wide it is."""

    x: float
    y: float
    width: float
    height: float = _HEIGHT


def render(drawing: Drawing) -> str:
    """The picture, from the start down."""
    boxes = {box.name: box for box in drawing.boxes}
    placed = layout(drawing)
    spots = _spots(placed, boxes)
    right = max((spot.x + spot.width / 2 for spot in spots.values()), default=0)
    loops = [arrow for number, arrow in enumerate(drawing.arrows) if number not in placed.routes]
    right = max([right, *(_loop_end(arrow, spots) for arrow in loops)])
    width = max(right, _MARGIN + len(drawing.title) * _TITLE_CHARACTER) + _MARGIN
    height = _TITLE + _MARGIN + max(len(placed.rows), 1) * _ROW - (_ROW - _HEIGHT) + _MARGIN
    lines = [
        _opening(drawing.title, width, height),
        f"<style>\n{_STYLE}\n</style>",
        _HEAD,
        f'<text class="title" x="{_MARGIN}" y="{_MARGIN + 4}">{escape(drawing.title)}</text>',
        *_arrows(drawing.arrows, placed, spots),
        *(_box(box, spots[box.name, 0]) for box in drawing.boxes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _opening(title: str, width: float, height: float) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    described = f'role="img" aria-label="Steps of {escape(title)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {described}>'


def _spots(placed: Layout, boxes: Mapping[str, Box]) -> dict[Place, _Spot]:
    """Rows are centred above each other."""
    widths = {place: _width(boxes.get(place[0])) for row in placed.rows for place in row}
    totals = [sum(widths[place] for place in row) + _GAP * (len(row) - 1) for row in placed.rows]
    widest = max(totals, default=0)
    spots = {}
    for number, (row, total) in enumerate(zip(placed.rows, totals, strict=True)):
        x = _MARGIN + (widest - total) / 2
        y = _TITLE + _MARGIN + number * _ROW + _HEIGHT / 2
        for place in row:
            spots[place] = _Spot(x + widths[place] / 2, y, widths[place])
            x += widths[place] + _GAP
    return spots


def _width(box: Box | None) -> float:
    if box is None:
        return _PASS
    return max(len(box.name) * _CHARACTER, len(box.note) * _NOTE_CHARACTER, 44) + 2 * _PADDING


def _arrows(arrows: Sequence[Arrow], placed: Layout, spots: Mapping[Place, _Spot]) -> Iterator[str]:
    for number, arrow in enumerate(arrows):
        if number in placed.routes:
            yield from _route(arrow, [spots[place] for place in placed.routes[number]])
        else:
            yield from _loop(arrow, spots[arrow.source, 0], spots[arrow.target, 0])


def _route(arrow: Arrow, way: Sequence[_Spot]) -> Iterator[str]:
    first, last = way[0], way[-1]
    points = [(first.x, first.y + _HEIGHT / 2)]
    for spot in way[1:-1]:
        points += [(spot.x, spot.y - _HEIGHT / 2), (spot.x, spot.y + _HEIGHT / 2)]
    points.append((last.x, last.y - _HEIGHT / 2))
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (y + to_y) / 2
        path += f" C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
    yield _line(path)
    if arrow.label:
        x, y = (points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2
        yield _text("label", arrow.label, x, y + 4)


def _loop(arrow: Arrow, source: _Spot, target: _Spot) -> Iterator[str]:
    """Round the right side, to the same box or to one above."""
    begin, end = source.x + source.width / 2, target.x + target.width / 2
    out = max(begin, end) + _LOOP
    shift = 8 if source is target else 0
    yield _line(
        f"M{begin:.1f} {source.y + shift:.1f} C{out:.1f} {source.y + shift:.1f} "
        f"{out:.1f} {target.y - shift:.1f} {end:.1f} {target.y - shift:.1f}"
    )
    if arrow.label:
        yield _text("label", arrow.label, out - 6, (source.y + target.y) / 2 + 4, "start")


def _loop_end(arrow: Arrow, spots: Mapping[Place, _Spot]) -> float:
    """How far to the right an arrow round the side reaches, its label included."""
    ends = (spots[name, 0] for name in (arrow.source, arrow.target))
    return max(spot.x + spot.width / 2 for spot in ends) + _LOOP + len(arrow.label) * _NOTE_CHARACTER


def _line(path: str) -> str:
    return f'<path class="arrow" d="{path}" marker-end="url(#head)"/>'


def _box(box: Box, spot: _Spot) -> str:
    kind, left, top = _CLASSES[box.shape], spot.x - spot.width / 2, spot.y - _HEIGHT / 2
    radius = _HEIGHT / 2 if box.endpoint else 8

    def rectangle(shift: float) -> str:
        corner = f'x="{left + shift:.1f}" y="{top + shift:.1f}"'
        return (
            f'<rect class="{kind}" {corner} width="{spot.width:.1f}" height="{_HEIGHT}" rx="{radius:.0f}"/>'
        )

    parts = [rectangle(5)] if box.shape is Shape.FOREACH else []
    parts += [rectangle(0), _text("name", box.name, spot.x, spot.y + (-1 if box.note else 4.5))]
    if box.note:
        parts.append(_text("note", box.note, spot.x, spot.y + 14))
    return f"<g>{''.join(parts)}</g>"


def _text(kind: str, text: str, x: float, y: float, anchor: str = "middle") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
