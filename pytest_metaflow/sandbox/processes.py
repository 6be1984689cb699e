"""Finds the processes of a run wherever they are."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pytest_metaflow.inside.protocol import SANDBOX


def end_marked(sandbox: Path) -> None:
    """Kill what bears the sandbox in its environment: daemons that left the run's process group.

    Only Linux tells.
    """
    for process in _marked(sandbox):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)


def _marked(sandbox: Path) -> Iterator[int]:
    mark = f"{SANDBOX}={sandbox}".encode()
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in environ.read_bytes().split(b"\0"):
                yield int(environ.parent.name)
