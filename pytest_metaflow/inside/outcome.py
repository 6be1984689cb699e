"""What came of a run, as Metaflow's own Client tells it."""

from __future__ import annotations

from typing import Any


def read(flow: str, run_id: str, alone: str | None = None) -> dict[str, Any]:
    """The run's state: `flow`, `run`, `successful`, `finished`, `end_finished`, `artifacts` (names, of the
    end task) and `steps`, each with `name`, `tasks` and the ids of the `failed` ones.

    Where only the step `alone` is run, its task decides and stands for the end task; an exception that
    `@catch` took does not count, as it does not end a run.

    The Client is asked in the run's own process: in pytest's it would bind the user's tests to the sandbox.
    """
    from metaflow.client import Run

    run = Run(f"{flow}/{run_id}", _namespace_check=False)
    steps = [step for step in run if alone in (None, step.id)]
    end = run.end_task if alone is None else next((task for step in steps for task in step), None)
    finished = bool(end is not None and end.finished)
    return {
        "flow": flow,
        "run": str(run_id),
        "successful": bool(run.successful) if alone is None else finished,
        "finished": bool(run.finished) if alone is None else finished,
        "end_finished": finished,
        "artifacts": sorted(artifact.id for artifact in end) if end is not None else [],
        "steps": [_step(step) for step in reversed(steps)],
    }


def _step(step: Any) -> dict[str, Any]:
    tasks = list(step)
    failed = [task.id for task in tasks if not task.successful]
    return {"name": step.id, "tasks": len(tasks), "failed": failed}
