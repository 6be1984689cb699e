"""The terminal on which pytest runs, lent to a process of a flow while somebody answers its debugger."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import Literal, TextIO

from pytest_metaflow.inside.protocol import own_sandbox

DEVICE = "/dev/tty"
"""The terminal of this session of processes, whatever standard input is."""

TURN = "debugger"
"""File of the sandbox that is there once a debugger has been opened. While one is open, it is locked and
holds the process group at the prompt."""

_loans: list[int] = []


class NoTerminal(Exception):
    """Nobody can answer; the message is the reason."""


def keep_away() -> None:
    """Make what reads from the terminal unasked, such as `getpass`, fail: it would be stopped for ever.

    What this process starts inherits it.
    """
    for access in (signal.SIGTTIN, signal.SIGTTOU):
        signal.signal(access, signal.SIG_IGN)


def set_foreground(terminal: int, group: int) -> None:
    """Put a process group into the terminal's foreground, from the background too (SIGTTOU stops others)."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        os.tcsetpgrp(terminal, group)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


@contextmanager
def taken(owner: int) -> Iterator[None]:
    """Standard input and output are the terminal, and Ctrl-C interrupts this process and nothing else.

    `owner` is the process group that lends the terminal and gets it back. Waits until no other process of
    the run holds it; no `@timeout` ends meanwhile. Raises NoTerminal where `owner` is in the background.
    """
    if _loans:
        yield
        return
    with ExitStack() as stack:
        stack.enter_context(_turn())
        terminal = stack.enter_context(_opened(owner))
        stack.enter_context(_no_suspension())
        stack.enter_context(_foreground(terminal, owner))
        stack.enter_context(_streams(terminal))
        stack.enter_context(_no_alarm())
        _loans.append(terminal)
        stack.callback(_loans.pop)
        yield


@contextmanager
def _turn() -> Iterator[None]:
    held = os.open(own_sandbox() / TURN, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        os.ftruncate(held, 0)
        os.write(held, str(os.getpid()).encode())
        yield
        os.ftruncate(held, 0)
        fcntl.flock(held, fcntl.LOCK_UN)
    finally:
        os.close(held)


@contextmanager
def _opened(owner: int) -> Iterator[int]:
    try:
        terminal = os.open(DEVICE, os.O_RDWR)
    except OSError as error:
        raise NoTerminal(f"{DEVICE}: {error.strerror}") from None
    try:
        if os.tcgetpgrp(terminal) != owner:
            raise NoTerminal("pytest runs in the background")
        yield terminal
    finally:
        os.close(terminal)


@contextmanager
def _foreground(terminal: int, owner: int) -> Iterator[None]:
    """Have the foreground alone, in a process group of its own: keys pass by the run and its other tasks."""
    home = os.getpgrp()
    os.setpgid(0, 0)
    set_foreground(terminal, os.getpgrp())
    try:
        yield
    finally:
        with suppress(OSError):
            set_foreground(terminal, owner)
        with suppress(OSError):
            os.setpgid(0, home)


@contextmanager
def _no_suspension() -> Iterator[None]:
    """Make Ctrl-Z do nothing: no shell would know of it and continue this process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGTSTP, _nothing)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, previous)


@contextmanager
def _streams(terminal: int) -> Iterator[None]:
    """Descriptors and streams: `input()` edits lines only where both are those of a terminal."""
    streams = sys.stdin, sys.stdout
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    kept = os.dup(0), os.dup(1)
    for descriptor in (0, 1):
        os.dup2(terminal, descriptor)
    sys.stdin, sys.stdout = _stream(0, "r"), _stream(1, "w")
    try:
        yield
    finally:
        with suppress(OSError):  # the terminal may be gone
            sys.stdout.flush()
        sys.stdin, sys.stdout = streams
        for descriptor, copy in enumerate(kept):
            os.dup2(copy, descriptor)
            os.close(copy)


def _stream(descriptor: int, mode: Literal["r", "w"]) -> TextIO:
    return open(descriptor, mode, buffering=1, encoding="utf-8", errors="replace", closefd=False)


@contextmanager
def _no_alarm() -> Iterator[None]:
    """Stop the clock of Metaflow's `@timeout` (`timeout_decorator.py`)."""
    left = signal.alarm(0)
    try:
        yield
    finally:
        signal.alarm(left)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Handle a signal by going on."""
