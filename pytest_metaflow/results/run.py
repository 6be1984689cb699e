"""What came of a run: read from the reports of its processes, in which Metaflow's own Client speaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_metaflow.contracts.observed import Observed, observed
from pytest_metaflow.inside.protocol import is_complete, recorded
from pytest_metaflow.plan import ForeachFrame


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
    bases: tuple[str, ...]
    """The qualified names of its class and of that class's bases, in method resolution order."""

    @property
    def of_user(self) -> bool:
        """Whether it passed through the user's code."""
        return any(frame.owner == "user" for frame in self.frames)


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
class Foreach:
    """A foreach with more items than the run's limit: cut, or left whole for a reason."""

    step: str
    """The step that runs for each item."""
    artifact: str
    task: str
    """The task that begins the foreach."""
    items: int
    kept: int
    whole: str
    """Why it could not be cut; empty where it was."""


@dataclass(frozen=True)
class Blocked:
    """Attempts to leave the machine: HOST or HOST:PORT, and the `Flow.step` or `Flow` that made them."""

    host: str
    place: str
    times: int


@dataclass(frozen=True)
class StoredArtifact:
    """Where an artifact is: its key in Metaflow's content-addressed store, and what Metaflow noted of it."""

    key: str
    type: str
    encoding: str


@dataclass(frozen=True)
class ToldTask:
    """A task with what it left in the datastore (`inside/tasks_of_run.py`)."""

    step: str
    task: str
    ok: bool
    artifacts: Mapping[str, StoredArtifact]
    frames: tuple[ForeachFrame, ...]
    next: tuple[str, ...]
    foreach: str | None
    num_splits: int | None
    stdout: str
    stderr: str


@dataclass(frozen=True)
class ToldRun:
    """All tasks of a run, and where their artifacts are: in a local datastore, or as copies in a folder."""

    tasks: tuple[ToldTask, ...]
    store: Path | None
    copies: Path | None


@dataclass(frozen=True)
class Account:
    """All that the processes of a run reported."""

    run: FlowRun | None
    errors: tuple[TaskError, ...]
    refusals: tuple[Refusal, ...]
    ended: tuple[EndedTask, ...]
    made_local: tuple[tuple[str, str | None], ...]
    """Decorators made local, each with its step, or None for one of the flow."""
    foreaches: tuple[Foreach, ...]
    """Those that were longer than they may be."""
    printed: tuple[str, ...]
    """The lines with which Metaflow printed exceptions into the logs of tasks."""
    debugger_quit: bool
    """Whether somebody has quit a debugger, who thereby wants to end pytest's session."""
    caught: tuple[TaskError, ...]
    """What `@catch` swallowed."""
    observed: Observed
    """What contracts ask about."""
    blocked: tuple[Blocked, ...]
    told: ToldRun | None
    """All tasks, where the plan asks for them."""
    complete: bool
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
        foreaches=tuple(
            Foreach(r["step"], r["artifact"], r["task"], r["items"], r["kept"], r["whole"])
            for r in of("foreach")
        ),
        printed=tuple(line for r in of("printed") for line in r["lines"]),
        caught=tuple(_task_error(record) for record in of("caught")),
        observed=observed(records),
        debugger_quit=bool(of("debugger_quit")),
        blocked=_blocked(of("blocked")),
        told=next((_told_run(record) for record in of("tasks")), None),
        complete=is_complete(sandbox),
    )


def _blocked(records: list[Mapping[str, Any]]) -> tuple[Blocked, ...]:
    times = Counter((record["host"], record["place"]) for record in records)
    return tuple(Blocked(host, place, number) for (host, place), number in times.items())


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


def _told_run(record: Mapping[str, Any]) -> ToldRun:
    return ToldRun(
        tasks=tuple(_told_task(task) for task in record["tasks"]),
        store=Path(record["store"]) if record["store"] else None,
        copies=Path(record["copies"]) if record["copies"] else None,
    )


def _told_task(task: Mapping[str, Any]) -> ToldTask:
    stored = {name: StoredArtifact(**found) for name, found in task["artifacts"].items()}
    frames = tuple(ForeachFrame(**frame) for frame in task["frames"])
    return ToldTask(**{**task, "artifacts": stored, "frames": frames, "next": tuple(task["next"])})


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
            bases=tuple(error["bases"]),
        )
        for error in errors
    )
