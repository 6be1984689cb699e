"""For Markdown: GitHub, GitLab and many wikis draw a `mermaid` block."""

from __future__ import annotations

from mflint.output.graphs.drawing import Arrow, Box, Drawing, Shape

_BRACKETS = {
    Shape.END: ("([", "])"),
    Shape.STEP: ("[", "]"),
    Shape.SPLIT: ("[", "]"),
    Shape.FOREACH: ("[[", "]]"),
    Shape.SWITCH: ("{{", "}}"),
    Shape.JOIN: ("[", "]"),
    Shape.MISSING: ("[", "]"),
}


def render(drawing: Drawing) -> str:
    """A flowchart from top to bottom."""
    numbers = {box.name: f"s{index}" for index, box in enumerate(drawing.boxes)}
    lines = ["---", f"title: {_quoted(drawing.title)}", "---", "flowchart TD"]
    lines += [f"    {numbers[box.name]}{_box(box)}" for box in drawing.boxes]
    lines += [f"    {_arrow(arrow, numbers)}" for arrow in drawing.arrows]
    missing = [numbers[box.name] for box in drawing.boxes if box.shape is Shape.MISSING]
    lines += [f"    style {number} stroke:#d00,stroke-dasharray: 4" for number in missing]
    return "\n".join(lines) + "\n"


def _box(box: Box) -> str:
    opening, closing = _BRACKETS[box.shape if box.shape is not Shape.SPLIT or not box.endpoint else Shape.END]
    text = f"{box.name}<br><small>{_escaped(box.note)}</small>" if box.note else box.name
    return f'{opening}"{text}"{closing}'


def _arrow(arrow: Arrow, numbers: dict[str, str]) -> str:
    label = f'|"{_escaped(arrow.label)}"|' if arrow.label else ""
    return f"{numbers[arrow.source]} -->{label} {numbers[arrow.target]}"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _escaped(text: str) -> str:
    """The text with Mermaid's entity codes for what would end a string or begin a tag."""
    codes = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;"}
    return "".join(codes.get(character, character) for character in text)
