"""Keeps the data of runs beyond their sandboxes, for who wants to look into it."""

from __future__ import annotations

import fcntl
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain, count
from pathlib import Path

from pytest_metaflow.sandbox.directory import Sandbox, remove
from pytest_metaflow.sandbox.stores import copy

SESSIONS = 3
"""Of how many sessions the data is kept, as pytest does with `tmp_path`."""


class KeepError(Exception):
    """The data cannot be kept; the message is one line for the user."""


class Kept:
    """The folder of this session in the one of all sessions, with a folder for each run that is kept.

    Whoever has kept a run in it holds a lock on it, so that no other session takes it for an old one.
    """

    def __init__(self, policy: str, parent: Callable[[], Path], session: str) -> None:
        self.policy = policy
        """`failed` or `all`."""
        self._parent = parent
        """Makes and gives the folder of all sessions; its OSError says why there is none."""
        self._session = session
        self._held: int | None = None

    def keep(self, made: Sandbox, flow: str) -> Path:
        """Copy the run's store and output out of its sandbox; gives the folder. Raises KeepError."""
        folder = None
        try:
            folder = _new_folder(self._folder(), flow)
            copy(made.store, folder / made.store.name, str(made.store))
            shutil.copyfile(made.output, folder / made.output.name)
        except OSError as error:
            if folder:
                remove(folder)
            where = folder.parent if folder else error.filename or "pytest's cache"
            raise KeepError(f"cannot keep its data in {where}: {_reason(error)}") from None
        except BaseException:
            if folder:
                remove(folder)
            raise
        return folder

    def _folder(self) -> Path:
        """The folder of the session; whoever makes it removes those of old sessions."""
        folder = self._parent() / self._session
        with suppress(FileExistsError):
            folder.mkdir()
            _remove_old(folder.parent)
        if self._held is None:
            self._held = os.open(folder, os.O_RDONLY)
            with suppress(OSError):
                fcntl.flock(self._held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return folder


def _reason(error: OSError) -> str:
    """What the system says; `shutil.Error` has a list of source, target and reason."""
    if error.strerror:
        return error.strerror
    details = error.args[0] if error.args else ""
    first = str(details[0][2]) if isinstance(details, list) and details else str(details)
    return re.sub(r"^\[Errno \d+\] |: '.*$", "", first)


def _new_folder(parent: Path, flow: str) -> Path:
    """`TrainFlow`, `TrainFlow-2`, …: the first that nobody has made."""
    for name in chain([flow], (f"{flow}-{number}" for number in count(2))):
        with suppress(FileExistsError):
            (parent / name).mkdir()
            return parent / name
    raise AssertionError("unreachable")


def _remove_old(parent: Path) -> None:
    with suppress(OSError):
        sessions = sorted(parent.iterdir(), key=lambda folder: folder.stat().st_mtime_ns)
        for folder in sessions[:-SESSIONS]:
            with suppress(OSError):
                _remove_unless_held(folder)


def _remove_unless_held(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove(folder)
    finally:
        os.close(held)


def run_in(store: Path, flow: str) -> str | None:
    """The pathspec of the flow's run in a store; None where it failed before it had one.

    A run that a step started is younger.
    """
    runs = sorted(_runs(store / ".metaflow" / flow))
    return f"{flow}/{runs[0]}" if runs else None


def _runs(folder: Path) -> Iterator[str]:
    with suppress(OSError):
        yield from (path.name for path in folder.iterdir() if path.name.isdigit())


def command(folder: Path, run: str) -> str:
    """The command that opens a kept run with the Client, whatever Metaflow is set up to use."""
    places = {
        "METAFLOW_PROFILE": "",
        "METAFLOW_HOME": str(folder),
        "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(folder / "store"),
        "METAFLOW_CLIENT_CACHE_PATH": str(folder / "cache"),
        "METAFLOW_DEFAULT_METADATA": "local",
        "METAFLOW_DEFAULT_DATASTORE": "local",
    }
    imports = "from metaflow import Run, namespace; namespace(None)"
    code = f"{imports}; run = Run('{run}'); print(*reversed(list(run)))"
    return " ".join(
        [
            *(f"{name}={shlex.quote(place) if place else ''}" for name, place in places.items()),
            *(shlex.quote(word) for word in (sys.executable, "-i")),
            f'-c "{code}"',
        ]
    )
