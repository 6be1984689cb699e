"""What every picture of a step graph shows: boxes and arrows, with their texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from mflint.analysis.steps.graph import StepGraph, StepNode, StepType, step_graph
from mflint.model import UNKNOWN, Flow, Literal


class Shape(Enum):
    """What a box stands for."""

    END = "end"
    """The first or the last step, where it is nothing else besides."""
    STEP = "step"
    SPLIT = "split"
    FOREACH = "foreach"
    SWITCH = "switch"
    JOIN = "join"
    MISSING = "missing"
    """A name in `self.next` that no step has."""


_SHAPES = {
    StepType.START: Shape.END,
    StepType.END: Shape.END,
    StepType.JOIN: Shape.JOIN,
    StepType.SPLIT: Shape.SPLIT,
    StepType.FOREACH: Shape.FOREACH,
    StepType.PARALLEL: Shape.FOREACH,
    StepType.SWITCH: Shape.SWITCH,
}


@dataclass(frozen=True, slots=True)
class Box:
    """A step. `depth` is the number of splits that are open there; `note` is empty or a few words.

    `endpoint` marks the first and the last step, whatever else they are.
    """

    name: str
    shape: Shape
    note: str
    depth: int
    endpoint: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one box to another; `label` is the case of a switch, else empty."""

    source: str
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A flow's boxes in topological order, and its arrows in the order written."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def drawing(flow: Flow) -> Drawing:
    """What there is to draw of `flow`; what its source does not tell is left out."""
    graph = step_graph(flow)
    boxes = tuple(_box(name, node, graph) for name, node in graph.nodes.items())
    arrows = tuple(arrow for name, node in graph.nodes.items() for arrow in _arrows(name, node))
    known = {box.name for box in boxes}
    missing = dict.fromkeys(arrow.target for arrow in arrows if arrow.target not in known)
    return Drawing(flow.name, (*boxes, *(Box(n, Shape.MISSING, "no such step", 0) for n in missing)), arrows)


def _box(name: str, node: StepNode, graph: StepGraph) -> Box:
    shape = _SHAPES.get(node.type, Shape.STEP)
    depth = len(node.split_parents) - (shape is Shape.JOIN and bool(node.split_parents))
    return Box(name, shape, _note(node), depth, name in (graph.start, graph.end))


def _note(node: StepNode) -> str:
    transition = node.transition
    if node.type is StepType.JOIN:
        return f"joins {node.split_parents[-1]}" if node.split_parents else "join"
    if transition is None:
        return ""
    if node.type is StepType.FOREACH:
        return f"foreach {_shown(transition.foreach)}"
    if node.type is StepType.PARALLEL:
        return f"num_parallel {_shown(transition.num_parallel)}"
    if node.type is StepType.SWITCH:
        return f"switch on {transition.condition}" if transition.condition else "switch"
    return ""


def _shown(value: Literal) -> str:
    return "…" if value is UNKNOWN else str(value)


def _arrows(name: str, node: StepNode) -> Iterator[Arrow]:
    if node.transition is not None and node.transition.cases:
        for case, target in node.transition.cases.items():
            yield Arrow(name, target, str(case))
    else:
        yield from (Arrow(name, target, "") for target in node.next)
