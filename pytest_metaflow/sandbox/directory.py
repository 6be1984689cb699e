"""The directory of a run: its own datastore, Metaflow home and caches, gone when the run is over."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pytest_metaflow.inside import protocol
from pytest_metaflow.inside.terminal import TURN
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.sandbox.processes import end_marked

HOLD = fcntl.LOCK_EX | fcntl.LOCK_NB
"""The lock that whoever uses a sandbox has on its directory."""

PREFIX = "pytest-metaflow-"

ROOM = 64 * 1024
"""Bytes that a run needs at the least, to store an artifact and to say what happened."""


class SandboxError(Exception):
    """The sandbox cannot be made; the message is one line for the user."""


@dataclass(frozen=True)
class Sandbox:
    """The directory of one run. It is removed when the run is over."""

    root: Path

    @property
    def output(self) -> Path:
        """What the run wrote to stdout and stderr."""
        return self.root / "output.txt"

    @property
    def store(self) -> Path:
        """Where the run's datastore and metadata are (`METAFLOW_DATASTORE_SYSROOT_LOCAL`)."""
        return self.root / "store"

    @property
    def home(self) -> Path:
        """Metaflow's home (`METAFLOW_HOME`): no configuration, no profile."""
        return self.root / "home"

    @property
    def user(self) -> Path:
        """The user's home directory (`HOME`): empty."""
        return self.root / "user"

    @property
    def empty(self) -> Path:
        """An empty file that stands for every configuration file."""
        return self.root / "empty"

    @property
    def debugged(self) -> bool:
        """Whether a process of the run has opened a debugger."""
        return (self.root / TURN).exists()

    @property
    def is_full(self) -> bool:
        """Whether its disk has no room for another small file."""
        return shutil.disk_usage(self.root.parent).free < ROOM


@contextmanager
def sandbox(plan: RunPlan) -> Iterator[Sandbox]:
    """A new sandbox that holds what the processes need to know; it is gone afterwards, whatever happens.

    Raises SandboxError where it cannot be written (a full or read-only temporary directory).
    """
    try:
        root = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        held = os.open(root, os.O_RDONLY)
    except OSError as error:
        raise SandboxError(f"cannot make a sandbox in {temporary()}: {error.strerror}") from None
    try:
        with suppress(OSError):
            fcntl.flock(held, HOLD)
        yield _furnished(Sandbox(root), plan)
    finally:
        remove(root)
        os.close(held)


def remove(folder: Path) -> None:
    """Remove a folder as far as that is possible, in spite of read-only folders in it (caches have such), and
    of a process that writes while it ends.
    """
    for _ in range(3):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        for path, names, _files in os.walk(folder):
            for inner in (Path(path, name) for name in names):
                with suppress(OSError):
                    if not inner.is_symlink():
                        inner.chmod(0o700)


def remove_stale() -> None:
    """Remove the sandboxes whose pytest was killed, and end what escaped from it: the system has let go of
    their locks. The brief is written under the lock: one without it is being made.
    """
    with suppress(OSError):
        for brief in Path(tempfile.gettempdir()).resolve().glob(f"{PREFIX}*/{protocol.BRIEF}"):
            with suppress(OSError):
                remove_unless_held(brief.parent)


def remove_unless_held(root: Path) -> None:
    """Remove a folder that nobody has locked. Raises OSError where somebody has."""
    held = os.open(root, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, HOLD)
        end_marked(root)
        remove(root)
    finally:
        os.close(held)


def temporary() -> str:
    """How a user calls the directory for temporary files."""
    return os.environ.get("TMPDIR") or os.environ.get("TEMP") or "the temporary directory"


def _furnished(made: Sandbox, plan: RunPlan) -> Sandbox:
    said = {
        "flow": plan.flow,
        "file": str(plan.file),
        "retries": plan.retries,
        "max_foreach": plan.max_foreach,
        "contracts": plan.contracts.wanted,
        "secrets": {source: dict(values) for source, values in plan.secrets.items()},
        "trigger": dict(plan.trigger) if plan.trigger is not None else None,
        "task_setup": asdict(plan.task_setup) if plan.task_setup else None,
        "debugging": asdict(plan.debugging) if plan.debugging else None,
        "allow_network": plan.allow_network,
        "alone": plan.alone.step if plan.alone else None,
        "tell_tasks": plan.tell_tasks,
    }
    try:
        for name in ("home", "user", "store", "cache", protocol.TEMPORARY, protocol.RECORDS):
            (made.root / name).mkdir()
        made.empty.touch()
        (made.root / protocol.COMPLETE).touch()
        (made.root / protocol.BRIEF).write_text(json.dumps(said, default=str), encoding="utf-8")
        if plan.alone:
            (made.root / protocol.ALONE).write_bytes(pickle.dumps(asdict(plan.alone)))
    except OSError as error:
        raise SandboxError(f"cannot write the sandbox {made.root}: {error.strerror}") from None
    return made
