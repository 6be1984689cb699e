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

STALE = 60.0
"""Seconds after which a folder that nobody has locked is a leftover, and not one that is being made."""

PAUSE = 0.05
"""Seconds between two looks at a lock that another worker has."""


class Shared:
    """A folder for one session, made when it is needed, or by the controller whose `path` a worker is given.

    Everybody who uses it has a shared lock on it: it is a leftover when nobody has one. Only who made it
    removes it.
    """

    def __init__(self, path: str | None = None) -> None:
        self._path = path
        self._mine = path is None
        self._held: int | None = None

    @property
    def root(self) -> Path:
        """The folder. Raises SandboxError where it cannot be made, or is gone."""
        if self._held is None:
            try:
                if self._path is None:
                    self._path = tempfile.mkdtemp(prefix=PREFIX)
                self._held = os.open(self._path, os.O_RDONLY)
            except OSError as error:
                raise SandboxError(f"cannot make a folder in {temporary()}: {error.strerror}") from None
            with suppress(OSError):
                fcntl.flock(self._held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return Path(str(self._path)).resolve()

    def remove(self) -> None:
        """Remove it where this process made it."""
        if self._mine and self._path is not None:
            shutil.rmtree(self._path, ignore_errors=True)
            self._path = None
        if self._held is not None:
            os.close(self._held)
            self._held = None

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
            if time.time() - folder.stat().st_mtime > STALE:
                remove_unless_held(folder)
