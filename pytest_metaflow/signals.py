"""SIGTERM and SIGHUP while a run is on."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """This process shall end."""


@contextmanager
def cleaning_up_first() -> Iterator[None]:
    """A signal that ends this process at once lets what is inside clean up, and then ends it all the same.

    A handler that somebody else has set stays.
    """
    ours = [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]
    if not ours or threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _frame: FrameType | None) -> None:
        _set(ours, signal.SIG_IGN)
        raise Ended(number)

    _set(ours, leave)
    try:
        yield
    except Ended as ended:
        _set(ours, signal.SIG_DFL)
        os.kill(os.getpid(), ended.args[0])
    finally:
        _set(ours, signal.SIG_DFL)


def _set(numbers: list[signal.Signals], handler: signal._HANDLER) -> None:
    for number in numbers:
        signal.signal(number, handler)
