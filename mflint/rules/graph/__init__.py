"""MF5: the step graph.

Findings point at a step, or at the class where the step is inherited.
"""

from __future__ import annotations

from collections.abc import Iterable

from mflint.diagnostics import Place, Violation
from mflint.model import Flow, FlowFile, Node, Step
from mflint.rules.places import in_file_of


def finding(
    flow: Flow,
    step: Step,
    message: str,
    *,
    node: Node = None,
    file: FlowFile | None = None,
    help: str = "",  # noqa: A002
    related: Iterable[tuple[Place, str]] = (),
) -> Violation:
    """A violation at `node`, by default the step's name; at the class where that stands in another file.

    `file` is the file of `node` where it is not the step's.
    """
    place = Place((file or step.file).path, step.function.name_node if node is None else node)
    place, notes = in_file_of(flow, place, related)
    return Violation(place, message, help, step=step.name, related=notes)


def name_of(step: Step) -> Place:
    """Where the step's name is written."""
    return Place(step.file.path, step.function.name_node)
