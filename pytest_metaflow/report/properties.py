"""What is known about a run, as properties of its item: they reach JUnit, and the controller of xdist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pytest_metaflow.harness import Result
from pytest_metaflow.results.logs import plain
from pytest_metaflow.results.notes import Note

PREFIX = "metaflow_"

FLOW = f"{PREFIX}flow"
"""Every item that is a flow has this one, whether it was run or not."""

STEPS = f"{PREFIX}steps"
TASKS = f"{PREFIX}tasks"
SECONDS = f"{PREFIX}seconds"


def describe(result: Result, notes: Iterable[Note], engine: str) -> Iterator[tuple[str, str]]:
    """Name and value of each property; `notes` are added to those of the run."""
    run = result.run
    if run:
        yield f"{PREFIX}run", f"{run.flow}/{run.run_id}"
    if result.seconds is not None:
        tasks = {step.name: step.tasks for step in run.steps} if run else result.tasks
        yield STEPS, str(len(tasks))
        yield TASKS, listed(tasks)
        yield SECONDS, f"{result.seconds:.2f}"
        yield f"{PREFIX}engine", engine
    if run:
        yield f"{PREFIX}artifacts", ", ".join(run.artifacts)
    for note in (*result.notes, *notes):
        yield f"{PREFIX}{note.name}", plain(note.text)


def listed(tasks: Mapping[str, int]) -> str:
    """`start 1, train 3`"""
    return ", ".join(f"{step} {number}" for step, number in tasks.items())


def number_of_tasks(text: str) -> int:
    """5 for `start 1, train 4`, as `listed` writes it."""
    return sum(int(part.rpartition(" ")[2]) for part in text.split(", ") if part)
