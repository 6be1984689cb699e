"""The terminal of pytest, as it was before a run that may have debugged on it."""

from __future__ import annotations

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pytest_metaflow.inside.terminal import DEVICE, set_foreground


@contextmanager
def kept() -> Iterator[None]:
    """Take the terminal and its modes back from processes that are gone, such as a prompt that was killed.

    Where the user has put pytest into the background meanwhile, nothing is touched.
    """
    try:
        terminal = os.open(DEVICE, os.O_RDWR)
    except OSError:
        yield
        return
    modes = termios.tcgetattr(terminal)
    try:
        yield
    finally:
        with suppress(OSError, termios.error):
            if _is_left(os.tcgetpgrp(terminal)):
                set_foreground(terminal, os.getpgrp())
            if os.tcgetpgrp(terminal) == os.getpgrp():
                termios.tcsetattr(terminal, termios.TCSADRAIN, modes)
        os.close(terminal)


def _is_left(group: int) -> bool:
    """Whether a process group has no process any more; 0 stands for none (`TIOCGPGRP` of Linux)."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return group == 0
