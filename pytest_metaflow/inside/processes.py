"""How a process of a flow behaves: it ends with its parent and never waits for somebody at a terminal."""

from __future__ import annotations

import os
import signal
import sys
from types import TracebackType

from pytest_metaflow.inside.exceptions import report

PR_SET_PDEATHSIG = 1
"""`prctl` option of Linux (`linux/prctl.h`): the signal to get when the parent ends."""


class BreakpointReached(RuntimeError):
    """`breakpoint()` was called where nobody can answer."""


def die_with_parent() -> None:
    """End this process when the one that started it is gone, even by SIGKILL; only Linux can."""
    if sys.platform != "linux":
        return
    try:
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (ImportError, OSError, AttributeError):
        return


def close_stdin() -> None:
    """Make standard input empty: Metaflow gives a task a pipe that nobody writes to."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def forbid_breakpoints() -> None:
    """Make `breakpoint()` fail at once, unless PYTHONBREAKPOINT=0 has already disabled it."""
    if os.environ.get("PYTHONBREAKPOINT") != "0":
        sys.breakpointhook = _refuse_breakpoint


def _refuse_breakpoint(*_args: object, **_kwargs: object) -> None:
    raise BreakpointReached(
        "breakpoint() was reached, and nobody can answer it: that takes a terminal and -n 0, and not in CI"
    )


def report_uncaught() -> None:
    """Report what ends this process while the flow's module is imported, before Metaflow catches anything."""
    previous = sys.excepthook

    def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        report(error, task_of_command())
        previous(kind, error, trace)

    sys.excepthook = excepthook


def task_of_command() -> dict[str, str]:
    """`step` and `task` of this process, nothing for the run's.

    A task's command is `… step NAME --run-id R --task-id T …` (`CLIArgs` in runtime.py).
    """
    words = sys.orig_argv
    if "step" not in words or "--task-id" not in words:
        return {}
    return {"step": words[words.index("step") + 1], "task": words[words.index("--task-id") + 1]}
