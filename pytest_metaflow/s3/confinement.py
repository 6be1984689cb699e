"""Keeps moto's process on this machine: some of its services call others, run docker or fetch web pages."""

from __future__ import annotations

import sys
from typing import Any

STARTS_A_PROCESS = ("subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "os.forkpty", "os.exec")
ASKS_FOR_A_NAME = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")


def stay_on_this_machine() -> None:
    """Refuse, from now on, to connect to anything but loopback and to start a process."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """The events and their arguments stand in Python's "Audit events table"."""
    if event in STARTS_A_PROCESS:
        raise PermissionError("no process is started for a test run")
    if event in ASKS_FOR_A_NAME and not _is_loopback(arguments[0]):
        raise PermissionError(f"no name is looked up for a test run: {arguments[0]}")
    if event in SENDS and not _is_loopback(arguments[1][0] if isinstance(arguments[1], tuple) else ""):
        raise PermissionError(f"no connection leaves this machine: {arguments[1]}")


def _is_loopback(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    return name is None or name in ("localhost", "::1") or name.startswith("127.")
