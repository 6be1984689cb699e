"""For a terminal: a line for each step, indented by the splits that are open there."""

from __future__ import annotations

from mflint.output.graphs.drawing import Arrow, Drawing

_INDENT = "  "


def render(drawing: Drawing) -> str:
    """The flow's name, and below it each step, what kind it is and where it leads."""
    rows = [
        (_INDENT * (box.depth + 1) + box.name, box.note, _targets(box.name, drawing.arrows))
        for box in drawing.boxes
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    lines = [f"{name:{widths[0]}}  {note:{widths[1]}}  {targets}".rstrip() for name, note, targets in rows]
    return "\n".join([drawing.title, *lines]) + "\n"


def _targets(name: str, arrows: tuple[Arrow, ...]) -> str:
    own = [f"{a.label}: {a.target}" if a.label else a.target for a in arrows if a.source == name]
    return f"→ {', '.join(own)}" if own else ""
