"""The debugger that takes the terminal for as long as it asks, and not for what runs in between."""

from __future__ import annotations

import bdb
import sys
from functools import cache
from types import FrameType, TracebackType
from typing import Any

from pytest_metaflow.inside import terminal
from pytest_metaflow.inside.debugger import announce, said
from pytest_metaflow.inside.exceptions import Owners
from pytest_metaflow.inside.protocol import record

NOT_ENTERED = frozenset({"metaflow", "metaflow.*", "pytest_metaflow.*"})
"""Modules that `step` and `next` leave again: after a step's last line its task goes on."""


class DebuggerQuit(bdb.BdbQuit):
    """Somebody has quit the debugger."""


@cache
def on_terminal(base: Any) -> Any:
    """The class `base`, `pdb.Pdb` or one like it, on the terminal."""
    if getattr(base, "on_terminal", False):
        return base

    class Debugger(base):  # type: ignore[misc]
        on_terminal = True
        occasion = ""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.skip = set(NOT_ENTERED)

        def interaction(self, *args: Any, **kwargs: Any) -> None:
            with terminal.taken(said()["group"]):
                self.stdin, self.stdout = sys.stdin, sys.stdout
                if self.occasion:
                    announce(self.occasion)
                    self.occasion = ""
                super().interaction(*args, **kwargs)
            if self.quitting:
                record("debugger_quit", {})

        def trace_dispatch(self, *args: Any) -> Any:
            try:
                return super().trace_dispatch(*args)
            except bdb.BdbQuit:
                raise DebuggerQuit("the debugger was quit") from None

        def get_stack(
            self, f: FrameType | None, t: TracebackType | None
        ) -> tuple[list[tuple[FrameType, int]], int]:
            stack, chosen = super().get_stack(f, t)
            return stack, chosen if t is None else _last_of_user(stack, chosen)

    Debugger.__name__ = Debugger.__qualname__ = base.__name__
    return Debugger


def _last_of_user(stack: list[tuple[FrameType, int]], otherwise: int) -> int:
    """Where an exception left the user's code: what lies below it is a library's."""
    owners = Owners()
    users = [i for i, (frame, _) in enumerate(stack) if owners.of(frame.f_code.co_filename) == "user"]
    return users[-1] if users else otherwise
