"""What is known about a run, as properties of its item: they reach JUnit, and the controller of xdist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_metaflow.notes import Note
from pytest_metaflow.run import FlowRun

PREFIX = "metaflow_"


def describe(run: FlowRun | None, notes: Iterable[Note]) -> Iterator[tuple[str, str]]:
    """Name and value of each property."""
    if run:
        yield f"{PREFIX}run", f"{run.flow}/{run.run_id}"
        yield f"{PREFIX}tasks", ", ".join(f"{step.name} {step.tasks}" for step in run.steps)
        yield f"{PREFIX}artifacts", ", ".join(run.artifacts)
    for note in notes:
        yield f"{PREFIX}{note.name}", note.text
