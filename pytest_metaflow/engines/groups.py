"""Ends all processes of a run."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pytest_metaflow.inside.terminal import TURN
from pytest_metaflow.sandbox.processes import end_marked

GRACE = 2.0
"""Seconds between SIGTERM and SIGKILL."""


def end(leader: subprocess.Popen[bytes], sandbox: Path) -> None:
    """End the leader's process group, politely first where it still runs, and what escaped from the group."""
    try:
        if leader.poll() is None:
            _signal_group(leader.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                leader.wait(GRACE)
    finally:  # a second Ctrl-C arrives while we wait
        for group in (leader.pid, *_at_prompt(sandbox)):
            _signal_group(group, signal.SIGKILL)
        leader.wait()
        end_marked(sandbox)


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _at_prompt(sandbox: Path) -> Iterator[int]:
    """The process group of a task whose debugger asks, which has the terminal alone."""
    try:
        with (sandbox / TURN).open() as turn:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with suppress(OSError, ValueError):
            yield int((sandbox / TURN).read_text())
    except OSError:
        return
