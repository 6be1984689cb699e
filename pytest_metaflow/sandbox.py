"""The world that a run sees: its own datastore, Metaflow home and caches, and no way to anything of value."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pytest_metaflow.inside import protocol
from pytest_metaflow.plan import RunPlan

NOWHERE = "http://127.0.0.1:9"
"""Nothing listens on the discard port: a request fails at once."""

INSIDE = Path(__file__).parent / "inside" / "path"
"""The folder whose `sitecustomize` prepares each process."""

FORGOTTEN = ("METAFLOW_", "AWS_", "AZURE_", "MF_")
"""Variables of these prefixes do not reach a run."""


HOLD = fcntl.LOCK_EX | fcntl.LOCK_NB
"""The lock that whoever uses a sandbox has on its directory."""

PREFIX = "pytest-metaflow-"

STALE = 60.0
"""Seconds after which a sandbox that nobody holds is a leftover."""


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
    def home(self) -> Path:
        """Metaflow's home (`METAFLOW_HOME`): no configuration, no profile."""
        return self.root / "home"

    @property
    def empty(self) -> Path:
        """An empty file that stands for every configuration file."""
        return self.root / "empty"

    @property
    def is_full(self) -> bool:
        """Whether its disk has no room for another small file."""
        return shutil.disk_usage(self.root).free < ROOM


@contextmanager
def sandbox(plan: RunPlan) -> Iterator[Sandbox]:
    """A new sandbox that holds what the processes need to know; it is gone afterwards, whatever happens.

    Raises SandboxError where it cannot be written (a full or read-only temporary directory).
    """
    try:
        root = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        held = os.open(root, os.O_RDONLY)
    except OSError as error:
        raise SandboxError(f"cannot make a sandbox in {_temporary()}: {error.strerror}") from None
    try:
        with suppress(OSError):
            fcntl.flock(held, HOLD)
        yield _furnished(Sandbox(root), plan)
    finally:
        shutil.rmtree(root, ignore_errors=True)
        os.close(held)


def remove_stale() -> None:
    """Remove the sandboxes whose pytest was killed: the system has let go of their locks."""
    for brief in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{protocol.BRIEF}"):
        with suppress(OSError):
            if time.time() - brief.stat().st_mtime > STALE:
                _remove_unless_held(brief.parent)


def _remove_unless_held(root: Path) -> None:
    held = os.open(root, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, HOLD)
        shutil.rmtree(root, ignore_errors=True)
    finally:
        os.close(held)


def _temporary() -> str:
    return os.environ.get("TMPDIR") or os.environ.get("TEMP") or "the temporary directory"


def _furnished(made: Sandbox, plan: RunPlan) -> Sandbox:
    said = {
        "flow": plan.flow,
        "file": str(plan.file),
        "retries": plan.retries,
        "secrets": {source: dict(values) for source, values in plan.secrets.items()},
        "trigger": dict(plan.trigger) if plan.trigger is not None else None,
    }
    try:
        for name in ("home", "store", "cache", "tmp", protocol.RECORDS):
            (made.root / name).mkdir()
        made.empty.touch()
        (made.root / protocol.BRIEF).write_text(json.dumps(said, default=str), encoding="utf-8")
    except OSError as error:
        raise SandboxError(f"cannot write the sandbox {made.root}: {error.strerror}") from None
    return made


def environment(made: Sandbox, plan: RunPlan, outer: Mapping[str, str]) -> dict[str, str]:
    """The variables of the run's process, made from `outer`, the ones of pytest."""
    kept = {name: value for name, value in outer.items() if not name.startswith(FORGOTTEN)}
    for name in ("PYTHONSAFEPATH", "GOOGLE_APPLICATION_CREDENTIALS"):
        kept.pop(name, None)
    kept.setdefault("USER", "pytest")
    kept.setdefault("PYTHONIOENCODING", "utf-8")
    kept.update(_metaflow(made))
    kept.update(_clouds(made))
    kept.update(plan.environment)
    kept["PATH"] = os.pathsep.join(filter(None, [str(Path(sys.executable).parent), kept.get("PATH")]))
    kept["PYTHONPATH"] = os.pathsep.join(_python_path(plan, kept.get("PYTHONPATH", "")))
    kept.update({protocol.MARKER: "1", protocol.SANDBOX: str(made.root), protocol.PROCESS: "run"})
    return kept


def _metaflow(made: Sandbox) -> dict[str, str]:
    """Metaflow's settings; a variable outranks any configuration file (`metaflow_config_funcs.from_conf`)."""
    return {
        "METAFLOW_HOME": str(made.home),
        "METAFLOW_USER": "pytest",
        "METAFLOW_DEFAULT_DATASTORE": "local",
        "METAFLOW_DEFAULT_METADATA": "local",
        "METAFLOW_DEFAULT_ENVIRONMENT": "local",
        "METAFLOW_DEFAULT_EVENT_LOGGER": "nullSidecarLogger",
        "METAFLOW_DEFAULT_MONITOR": "nullSidecarMonitor",
        "METAFLOW_DEFAULT_DECOSPECS": "",
        "METAFLOW_DEFAULT_SECRETS_BACKEND_TYPE": "aws-secrets-manager",
        "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(made.root / "store"),
        "METAFLOW_CLIENT_CACHE_PATH": str(made.root / "cache"),
        "METAFLOW_TEMPDIR": str(made.root / "tmp"),
        "METAFLOW_S3_ENDPOINT_URL": NOWHERE,
        "METAFLOW_S3_RETRY_COUNT": "0",
    }


def _clouds(made: Sandbox) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(made.empty),
        "AWS_SHARED_CREDENTIALS_FILE": str(made.empty),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": NOWHERE,
        "AWS_MAX_ATTEMPTS": "1",
        "AZURE_CONFIG_DIR": str(made.home),
        "CLOUDSDK_CONFIG": str(made.home),
        "KUBECONFIG": str(made.empty),
    }


def _python_path(plan: RunPlan, outer: str) -> list[str]:
    """Ours first; what is relative to pytest's working directory becomes absolute: the run has its own."""
    theirs = [os.path.abspath(entry) for entry in outer.split(os.pathsep) if entry]
    return [str(INSIDE), *(str(path) for path in plan.python_path), *theirs]
