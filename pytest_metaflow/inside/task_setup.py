"""Calls the user's function that prepares a task, such as one that puts a fake in a client's place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from pytest_metaflow.inside.protocol import brief
from pytest_metaflow.inside.root_imports import import_from


class TaskSetupError(Exception):
    """The function of `metaflow_task_setup` cannot be called, or fails."""

    def __init__(self, complaint: str) -> None:
        super().__init__(f"metaflow_task_setup: {complaint}")


def run(flow: str, step: str, task: str) -> None:
    """Call the user's function with these names; nothing where none is set. Raises TaskSetupError.

    The flow's module is imported, `current` is not filled yet, and no decorator of the step has acted: what
    fails here cannot be caught by `@catch`.
    """
    said = brief()["task_setup"]
    if said is None:
        return
    function = _function(said)
    given = {"flow": flow, "step": step, "task": task}
    name = f"{said['module']}:{said['function']}"
    try:
        signature(function).bind(**given)
    except (TypeError, ValueError) as error:
        raise TaskSetupError(f"{name} is called with flow=, step= and task=: {error}") from None
    try:
        function(**given)
    except Exception as error:
        raise TaskSetupError(f"{name} raised {_shown(error)}") from error


def _function(said: Mapping[str, str]) -> Callable[..., Any]:
    module, path = said["module"], said["function"]
    try:
        found: Any = import_from(said["root"], module)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}."):
            raise TaskSetupError(f"no module named {module} in {said['root']}") from None
        raise TaskSetupError(f"the import of {module} raised {_shown(error)}") from error
    for name in path.split("."):
        if not hasattr(found, name):
            raise TaskSetupError(f"{module} has no function {path}")
        found = getattr(found, name)
    if not callable(found):
        raise TaskSetupError(f"{module}:{path} is no function")
    function: Callable[..., Any] = found
    return function


def _shown(error: Exception) -> str:
    first = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
