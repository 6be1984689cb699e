"""Where a finding is shown that stands in a base class of another file: at the class that inherits it."""

from __future__ import annotations

from collections.abc import Iterable

from mflint.diagnostics import Place
from mflint.model import Flow

Notes = tuple[tuple[Place, str], ...]


def in_file_of(flow: Flow, place: Place, notes: Iterable[tuple[Place, str]] = ()) -> tuple[Place, Notes]:
    """`place` and `notes`, or the name of the flow's class with a note more that shows the place."""
    if place.path == flow.file.path:
        return place, tuple(notes)
    return class_of(flow), ((place, "here"), *notes)


def class_of(flow: Flow) -> Place:
    """Where the name of the flow's class is written."""
    return Place(flow.file.path, flow.definition.name_node)
