"""Prepares a task as the user wants it, and reports the exception that ends it, with its place in the run."""

from __future__ import annotations

from functools import wraps
from inspect import signature
from types import ModuleType
from typing import Any

from pytest_metaflow.inside import debugger, task_setup
from pytest_metaflow.inside.exceptions import report

MAX_VALUE = 200
"""Characters shown of a foreach value."""


def patch(module: ModuleType) -> None:
    """Wrap `MetaflowTask.run_step`; an exception that `@catch` handles does not leave it."""
    original = module.MetaflowTask.run_step
    bind = signature(original).bind

    @wraps(original)
    def run_step(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bind(self, *args, **kwargs).arguments
        place = {"step": given["step_name"], "task": str(given["task_id"])}
        try:
            task_setup.run(self.flow.name, **place)
            return original(self, *args, **kwargs)
        except BaseException as error:
            report(error, {**place, "foreach": foreach_stack(self.flow)})
            debugger.post_mortem(error)
            raise

    module.MetaflowTask.run_step = run_step


def foreach_stack(flow: Any) -> list[dict[str, Any]]:
    """The foreach values that lead to this task, outermost first: `step`, `index`, `of` and `value`.

    The value is read as `self.input` reads it; where that fails, Metaflow's own shortened text stands for it.
    """
    frames = getattr(flow, "_foreach_stack", None) or []
    return [_foreach_frame(flow, level, frame) for level, frame in enumerate(frames)]


def _foreach_frame(flow: Any, level: int, frame: Any) -> dict[str, Any]:
    try:
        value = repr(flow._find_input(stack_index=level))
    except Exception:
        value = str(frame.value)
    shown = value if len(value) <= MAX_VALUE else value[: MAX_VALUE - 1] + "…"
    return {"step": frame.step, "index": frame.index, "of": frame.num_splits, "value": shown}
