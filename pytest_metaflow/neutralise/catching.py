"""Reports the exceptions that `@catch` swallows."""

from __future__ import annotations

from typing import Any

from pytest_metaflow.inside.exceptions import describe
from pytest_metaflow.inside.protocol import record
from pytest_metaflow.neutralise.blank import derive


def with_report(base: Any) -> Any:
    """`@catch` as it is, that tells of each exception it handles."""

    def task_exception(self: Any, exception: Any, step: str, flow: Any, *args: Any, **kwargs: Any) -> Any:
        handled = base.task_exception(self, exception, step, flow, *args, **kwargs)
        if handled:
            _report(exception, step)
        return handled

    return derive(base, {"task_exception": task_exception, "made_local": False})


def _report(exception: BaseException, step: str) -> None:
    from metaflow import current

    record("caught", {"step": step, "task": str(current.task_id), "errors": describe(exception)})
