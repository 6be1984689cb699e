"""Tells how far a run is while it runs: a line in a file for whatever happens to a task."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import cache, wraps
from typing import Any

from pytest_metaflow.inside.protocol import PROGRESS, SILENT, own_sandbox


def watch(runtime: Any, worker: Any) -> None:
    """Wrap what `NativeRuntime` does to tasks, and the end of a failing one (`Worker.terminate`).

    A task has ended only when the tasks that follow from it are known (`_queue_tasks`): a reader may then
    conclude from a step without tasks, and without any before it, that the step is over.
    """
    _watch_steps(runtime)
    _watch_tasks(runtime)
    terminate = worker.terminate

    @wraps(terminate)
    def observed(self: Any) -> Any:
        returncode = terminate(self)
        if returncode:
            stopped = self.killed or self.cleaned
            _tell("stopped" if stopped else "failed", self.task.step, self.task.task_id)
        return returncode

    worker.terminate = observed


def _watch_steps(runtime: Any) -> None:
    execute = runtime.execute

    @wraps(execute)
    def observed(self: Any) -> Any:
        for node in self._graph:
            _tell("step", node.name, *node.out_funcs)
        return execute(self)

    runtime.execute = observed


def _watch_tasks(runtime: Any) -> None:
    push, launch, follow = runtime._queue_push, runtime._launch_worker, runtime._queue_tasks

    @wraps(push)
    def pushed(self: Any, step: str, *args: Any, **kwargs: Any) -> Any:
        waiting = len(self._run_queue)
        try:
            return push(self, step, *args, **kwargs)
        finally:
            if len(self._run_queue) > waiting:
                _tell("queued", step)

    @wraps(launch)
    def launched(self: Any, task: Any) -> Any:
        _tell("started", task.step, task.task_id)
        return launch(self, task)

    @wraps(follow)
    def followed(self: Any, finished_tasks: Any) -> Any:
        finished = list(finished_tasks)
        result = follow(self, finished)
        for task in finished:
            _tell("ended", task.step, task.task_id)
        return result

    runtime._queue_push, runtime._launch_worker, runtime._queue_tasks = pushed, launched, followed


def _tell(event: str, step: str, *words: object) -> None:
    """Add a line: seconds of the monotonic clock, event, step and what else belongs to it.

    It is for show: where the disk is full it is lost.
    """
    if SILENT in os.environ:
        return
    line = " ".join([f"{time.monotonic():.3f}", event, step, *map(str, words)])
    with suppress(OSError):
        os.write(_file(), f"{line}\n".encode())


@cache
def _file() -> int:
    return os.open(own_sandbox() / PROGRESS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
