"""What came of a run: read from the reports of its processes, in which Metaflow's own Client speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_metaflow.inside.protocol import is_complete, recorded


@dataclass(frozen=True)
class StepTasks:
    """A step as far as it was run: the number of its tasks and the ids of those that failed."""

    name: str
    tasks: int
    failed: tuple[str, ...]


@dataclass(frozen=True)
class FlowRun:
    """A run as Metaflow's Client describes it when the run ends."""

    flow: str
    run_id: str
    successful: bool
    finished: bool
    end_finished: bool
    artifacts: tuple[str, ...]
    """The names of the artifacts of the end task."""
    steps: tuple[StepTasks, ...]
    """In the order in which they began."""


@dataclass(frozen=True)
class Frame:
    """One line of a traceback; `owner` is `user`, `metaflow` or `library`."""

    file: Path
    line: int
    function: str
    owner: str


@dataclass(frozen=True)
class Raised:
    """One exception of a chain; `link` to the next is `cause`, `context` or, for the last, empty."""

    type: str
    message: str
    frames: tuple[Frame, ...]
    link: str


@dataclass(frozen=True)
class ForeachValue:
    """One level of the foreach values that lead to a task; `value` is a repr, maybe shortened."""

    step: str
    index: int
    of: int | None
    value: str


@dataclass(frozen=True)
class TaskError:
    """An exception that left a task, or the run where `step` is None. `chain` begins with the first cause."""

    step: str | None
    task: str | None
    foreach: tuple[ForeachValue, ...]
    chain: tuple[Raised, ...]


@dataclass(frozen=True)
class Refusal:
    """What Metaflow says, such as a fault of the step graph; `step` and `task` where a task says it."""

    headline: str
    message: str
    file: Path | None
    line: int | None
    step: str | None
    task: str | None
    chain: tuple[Raised, ...]


@dataclass(frozen=True)
class EndedTask:
    """A task whose process ended with an error; a negative `returncode` is the signal that ended it."""

    step: str
    task: str
    returncode: int


@dataclass(frozen=True)
class Account:
    """All that the processes of a run reported."""

    run: FlowRun | None
    errors: tuple[TaskError, ...]
    refusals: tuple[Refusal, ...]
    ended: tuple[EndedTask, ...]
    made_local: tuple[tuple[str, str | None], ...]
    """Decorators made local, each with its step, or None for one of the flow."""
    printed: tuple[str, ...]
    """The lines with which Metaflow printed exceptions into the logs of tasks."""
    complete: bool = True
    """Whether no process lost a report."""


def account(sandbox: Path) -> Account:
    """Read the reports of a sandbox."""
    records = recorded(sandbox)

    def of(kind: str) -> list[Mapping[str, Any]]:
        return [record for record in records if record["kind"] == kind]

    return Account(
        run=next((_flow_run(record) for record in of("outcome")), None),
        errors=tuple(_task_error(record) for record in of("exception")),
        refusals=tuple(_refusal(record) for record in of("message")),
        ended=tuple(EndedTask(r["step"], r["task"], r["returncode"]) for r in of("ended")),
        made_local=tuple((name, step) for r in of("local") for name, step in r["decorators"]),
        printed=tuple(line for r in of("printed") for line in r["lines"]),
        complete=is_complete(sandbox),
    )


def _flow_run(record: Mapping[str, Any]) -> FlowRun:
    return FlowRun(
        flow=record["flow"],
        run_id=record["run"],
        successful=record["successful"],
        finished=record["finished"],
        end_finished=record["end_finished"],
        artifacts=tuple(record["artifacts"]),
        steps=tuple(StepTasks(s["name"], s["tasks"], tuple(s["failed"])) for s in record["steps"]),
    )


def _task_error(record: Mapping[str, Any]) -> TaskError:
    return TaskError(
        step=record.get("step"),
        task=record.get("task"),
        foreach=tuple(ForeachValue(**value) for value in record.get("foreach", ())),
        chain=_chain(record["errors"]),
    )


def _refusal(record: Mapping[str, Any]) -> Refusal:
    file = record["file"]
    return Refusal(
        headline=record["headline"],
        message=record["message"] or "",
        file=Path(file) if file else None,
        line=record["line"],
        step=record.get("step"),
        task=record.get("task"),
        chain=_chain(record["errors"]),
    )


def _chain(errors: list[dict[str, Any]]) -> tuple[Raised, ...]:
    return tuple(
        Raised(
            type=error["type"],
            message=error["message"],
            frames=tuple(
                Frame(Path(f["file"]), f["line"], f["function"], f["owner"]) for f in error["frames"]
            ),
            link=error["link"],
        )
        for error in errors
    )
