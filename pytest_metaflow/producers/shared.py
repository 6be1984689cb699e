"""The folder that the workers of a session share: what one of them has made is there for all."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pytest_metaflow.sandbox.directory import SandboxError, remove_unless_held, temporary

PREFIX = "pytest-metaflow-session-"

PAUSE = 0.05
"""Seconds between two looks at a lock that another worker has."""


class Shared:
    """A folder for one session, made when it is needed, or by the controller whose `path` a worker is given.

    Everybody who uses it has a shared lock on it: it is a leftover when nobody has one. Who made it removes
    it, or, where that one was killed, the last to leave.
    """

    def __init__(self, path: str | None = None) -> None:
        self._path = path
        self._mine = path is None
        self._held: int | None = None

    @property
    def root(self) -> Path:
        """The folder. Raises SandboxError where it cannot be made, or is gone."""
        while self._held is None:
            try:
                path = tempfile.mkdtemp(prefix=PREFIX) if self._path is None else self._path
                self._hold(path)
            except OSError as error:
                raise SandboxError(f"cannot make a folder in {temporary()}: {error.strerror}") from None
        return Path(str(self._path)).resolve()

    def _hold(self, path: str) -> None:
        """Lock the folder. One that was new and is gone was taken for a leftover: then nothing is held."""
        held = os.open(path, os.O_RDONLY)
        with suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if self._path is not None or Path(path).exists():
            self._path, self._held = path, held
        else:
            os.close(held)

    def remove(self) -> None:
        """Remove it where this process made it, or where nobody else is left."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
        if self._path is None:
            return
        if self._mine:
            shutil.rmtree(self._path, ignore_errors=True)
            self._path = None
        else:
            with suppress(OSError):
                remove_unless_held(Path(self._path))

    @contextmanager
    def locked(self, name: str, seconds: float) -> Iterator[None]:
        """Be the only one who makes `name`. The system lets go of the lock of a process that is killed.

        Raises SandboxError where another one has it for longer than `seconds`, or it cannot be written.
        """
        lock = self.root / f"{name}.lock"
        try:
            held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SandboxError(f"cannot write {lock}: {error.strerror}") from None
        try:
            _wait(held, name, time.monotonic() + seconds)
            yield
        finally:
            os.close(held)

    def put(self, name: str, value: Any) -> None:
        """Write a value, whole or not at all; only processes of this user can write into the folder."""
        unfinished = self.root / f".{name}.{os.getpid()}"
        with suppress(OSError):
            unfinished.write_bytes(pickle.dumps(value))
            unfinished.rename(self.root / name)

    def get(self, name: str) -> Any:
        """The value, None where nobody has put it."""
        file = self.root / name
        return pickle.loads(file.read_bytes()) if file.is_file() else None


def _wait(lock: int, name: str, until: float) -> None:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise SandboxError(f"another worker has not ended its run of {name} in time") from None
            time.sleep(PAUSE)
        else:
            return


def remove_stale() -> None:
    """Remove the folders of sessions that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            remove_unless_held(folder)
