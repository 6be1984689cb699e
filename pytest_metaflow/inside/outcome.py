"""What came of a run, as Metaflow's own Client tells it."""

from __future__ import annotations

from typing import Any


def read(flow: str, run_id: str) -> dict[str, Any]:
    """The run's state: `flow`, `run`, `successful`, `finished`, `end_finished`, `artifacts` (names, of the
    end task) and `steps`, each with `name`, `tasks` and the ids of the `failed` ones.

    The Client is asked in the run's own process: in pytest's it would bind the user's tests to the sandbox.
    """
    from metaflow.client import Run

    run = Run(f"{flow}/{run_id}", _namespace_check=False)
    end = run.end_task
    return {
        "flow": flow,
        "run": str(run_id),
        "successful": bool(run.successful),
        "finished": bool(run.finished),
        "end_finished": bool(end is not None and end.finished),
        "artifacts": sorted(artifact.id for artifact in end) if end is not None else [],
        "steps": [_step(step) for step in reversed(list(run))],
    }


def _step(step: Any) -> dict[str, Any]:
    tasks = list(step)
    failed = [task.id for task in tasks if not task.successful]
    return {"name": step.id, "tasks": len(tasks), "failed": failed}
