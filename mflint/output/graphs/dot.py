"""For Graphviz."""

from __future__ import annotations

from mflint.output.graphs.drawing import Box, Drawing, Shape

_ATTRIBUTES = {
    Shape.END: "",
    Shape.STEP: "",
    Shape.SPLIT: "",
    Shape.FOREACH: "peripheries=2",
    Shape.SWITCH: "shape=diamond",
    Shape.JOIN: "",
    Shape.MISSING: 'style="dashed" color="red"',
}


def render(drawing: Drawing) -> str:
    """A directed graph."""
    lines = [f"digraph {_quoted(drawing.title)} {{", '    node [shape=box fontname="sans-serif"]']
    lines += [f"    {_box(box)}" for box in drawing.boxes]
    for arrow in drawing.arrows:
        label = f" [label={_quoted(arrow.label)}]" if arrow.label else ""
        lines.append(f"    {_quoted(arrow.source)} -> {_quoted(arrow.target)}{label}")
    return "\n".join([*lines, "}"]) + "\n"


def _box(box: Box) -> str:
    label = f"{box.name}\n{box.note}" if box.note else ""
    rounded = 'style="rounded"' if box.endpoint else ""
    attributes = [f"label={_quoted(label)}" if label else "", rounded, _ATTRIBUTES[box.shape]]
    given = " ".join(filter(None, attributes))
    return f"{_quoted(box.name)} [{given}]" if given else _quoted(box.name)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
