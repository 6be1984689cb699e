"""Debugging a task, where somebody sits at the terminal on which pytest runs.

`breakpoint()`, `pdb.set_trace()` and, with `--pdb`, an exception open the debugger in the task's own process.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import ModuleType, TracebackType
from typing import Any

from pytest_metaflow.inside import terminal
from pytest_metaflow.inside.processes import BreakpointReached, task_of_command
from pytest_metaflow.inside.protocol import brief


def prepare() -> None:
    """Let this process open a debugger. Nothing of the debugger is imported before it is needed."""
    terminal.keep_away()
    if os.environ.get("PYTHONBREAKPOINT") != "0":
        sys.breakpointhook = set_trace
    if said()["post_mortem"]:
        _debug_uncaught()


def said() -> Mapping[str, Any]:
    """What pytest says about debugging, empty where nobody can answer: the fields of `plan.Debugging`."""
    return brief()["debugging"] or {}


def patch(module: ModuleType) -> None:
    """Make what the user's code takes from `pdb` talk to the terminal."""
    from pytest_metaflow.inside.prompt import on_terminal

    module.Pdb = on_terminal(module.Pdb)  # type: ignore[attr-defined]
    module.set_trace = set_trace  # type: ignore[attr-defined]


def set_trace(*_args: object, header: str | None = None, **_kwargs: object) -> None:
    """Open the debugger at the caller's line. Raises BreakpointReached where nobody can answer after all."""
    frame = sys._getframe().f_back
    try:
        with terminal.taken(said()["group"]):
            debugger = _debugger(header or "breakpoint")
    except terminal.NoTerminal as reason:
        raise BreakpointReached(f"breakpoint() was reached, and nobody can answer it: {reason}") from None
    debugger.set_trace(frame)


def post_mortem(error: BaseException) -> None:
    """Open the debugger where `error` was raised, if that is asked for and somebody can answer."""
    if not said().get("post_mortem") or not isinstance(error, Exception) or _is_quit(error):
        return
    with suppress(terminal.NoTerminal), terminal.taken(said()["group"]):
        debugger = _debugger(_headline(error))
        debugger.reset()
        debugger.interaction(None, error if sys.version_info >= (3, 13) else error.__traceback__)


def _is_quit(error: Exception) -> bool:
    return "bdb" in sys.modules and isinstance(error, sys.modules["bdb"].BdbQuit)


def _headline(error: Exception) -> str:
    from traceback import format_exception_only

    return "".join(format_exception_only(type(error), error)).strip().partition("\n")[0]


def _debugger(occasion: str) -> Any:
    """A debugger of the class that `--pdbcls` names, that says why it was opened when it first asks."""
    from importlib import import_module

    from pytest_metaflow.inside.prompt import on_terminal

    module, _, path = (said()["pdb_class"] or "pdb:Pdb").partition(":")
    found = import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    made = on_terminal(found)()
    made.occasion = occasion
    return made


def announce(what: str) -> None:
    """Say who asks, below the line of pytest's progress."""
    task = task_of_command()
    who = f"step {task['step']}, task {task['task']}" if task else "before the first step"
    title = f"\n{brief()['flow']}, {who}: {what} "
    print(title.ljust(shutil.get_terminal_size().columns, ">"))


def _debug_uncaught() -> None:
    """Debug what ends this process while the flow's module is imported."""
    previous = sys.excepthook

    def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        previous(kind, error, trace)
        post_mortem(error)

    sys.excepthook = excepthook
