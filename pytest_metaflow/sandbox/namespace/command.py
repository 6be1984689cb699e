"""The command that starts another in a network namespace, and whether that works here."""

from __future__ import annotations

import subprocess
import sys
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The folder that `pytest_metaflow` is imported from."""

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from pytest_metaflow.sandbox.namespace.launcher import main
main(*sys.argv[2:])
"""


def in_namespace(command: list[str]) -> list[str]:
    """The command, started in a namespace. The process stays the one that is started.

    TCP ports that somebody listens on at the loopback when it starts lead to the machine's.
    """
    return [sys.executable, "-I", "-S", "-c", SCRIPT, str(ROOT), *command]


@lru_cache
def obstacle() -> str | None:
    """Why namespaces do not work here, or None where they do."""
    if sys.platform != "linux":
        return "only Linux has network namespaces"
    try:
        done = subprocess.run(
            in_namespace(["true"]),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
