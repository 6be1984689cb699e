"""No process of a run outlives it."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_metaflow.inside.protocol import RECORDS, SANDBOX, recorded
from tests.pytest_metaflow.projects import DATASTORE, Project, environment

STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "600"])
daemon = subprocess.Popen(["sleep", "600"], start_new_session=True)
print("working hard")
with open("pids.tmp", "w") as stream:
    stream.write(f"{os.getppid()} {os.getpid()} {child.pid} {daemon.pid}")
os.rename("pids.tmp", "pids")
open("ready", "w").close()
time.sleep(600)
"""
"""Ignores SIGTERM, and starts a child and a daemon of its own."""

linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process that its parent has ended"
)


def is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def wait_for(descriptor: int) -> None:
    """Wait until a descriptor can be read: a pipe that somebody writes to, a process that has ended."""
    try:
        assert select.select([descriptor], [], [], 60)[0], "it did not happen within a minute"
    finally:
        os.close(descriptor)


def survivors(project: Project) -> list[int]:
    """Those of the run, its task, the task's child and its daemon that still run."""
    return [pid for pid in map(int, (project.root / "pids").read_text().split()) if is_running(pid)]


def test_a_process_that_replaces_itself_keeps_what_it_has_reported(tmp_path: Path) -> None:
    (tmp_path / RECORDS).mkdir()
    program = """
import os, sys
from pytest_metaflow.inside.protocol import record_from_any
record_from_any("local", {"time": len(sys.argv)})
if len(sys.argv) == 1:
    os.execv(sys.executable, [sys.executable, "-c", os.environ["PROGRAM"], "again"])
"""
    subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, SANDBOX: str(tmp_path), "PROGRAM": program},
        check=True,
    )
    assert [record["time"] for record in recorded(tmp_path)] == [1, 2]


@pytest.mark.slow
@linux
def test_a_timeout_ends_everything_and_names_the_task_that_hung(project: Project) -> None:
    project.flow("train.py", "TrainFlow", STUBBORN)
    limit = 12 if DATASTORE else 6  # another datastore takes longer to come to the first task
    project.write("pyproject.toml", f"[tool.pytest_metaflow.flows.TrainFlow]\ntimeout = {limit}")
    temporary = project.root.parent / "tmp"
    temporary.mkdir()
    item = project.run(env={"TMPDIR": str(temporary)}).items["TrainFlow"]
    message = f"timeout of {limit} s while start (task 1) ran"
    assert item.message == message
    lines = item.text.splitlines()
    where = f"its timeout of {limit} s and was ended while start (task 1) ran."
    assert lines[0] == f"The run took longer than {where}"
    more = "--metaflow-timeout gives all flows more, `timeout` in the settings of TrainFlow this one."
    assert lines[1] == more
    assert lines[5] == f"train.py:8: {message}"
    assert lines[6].strip("- ") == "last lines of start, task 1"
    assert lines[7] == "working hard"
    assert survivors(project) == []
    assert list(temporary.iterdir()) == []


@linux
def test_a_task_that_leaves_processes_behind_passes_and_they_end(project: Project) -> None:
    project.flow(
        "train.py",
        "TrainFlow",
        STUBBORN.replace("time.sleep(600)", "").replace('"sleep", "600"', '"sleep", "600"'),
    )
    text = (project.root / "train.py").read_text()
    quiet = text.replace(
        '["sleep", "600"]', '["sleep", "600"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL'
    )
    (project.root / "train.py").write_text(quiet)
    assert project.run().outcomes == {"TrainFlow": "passed"}
    assert survivors(project) == []


@linux
@pytest.mark.parametrize(
    "workers", [[], pytest.param(["-n2"], marks=pytest.mark.slow)], ids=["alone", "with two workers"]
)
def test_ctrl_c_ends_everything_and_removes_the_sandbox(
    project: Project, tmp_path: Path, workers: list[str]
) -> None:
    process = interrupted(project, tmp_path, signal.SIGINT, workers)
    assert process.returncode == 2
    assert survivors(project) == []
    assert list((tmp_path / "tmp").glob("pytest-metaflow*")) == []


@linux
def test_sigterm_ends_everything_and_removes_the_sandbox(project: Project, tmp_path: Path) -> None:
    assert interrupted(project, tmp_path, signal.SIGTERM, []).returncode == -signal.SIGTERM
    assert survivors(project) == []
    assert list((tmp_path / "tmp").glob("pytest-metaflow*")) == []


@pytest.mark.slow
@linux
def test_when_pytest_is_killed_the_run_and_its_tasks_end(project: Project, tmp_path: Path) -> None:
    interrupted(project, tmp_path, signal.SIGKILL, [])
    run, task, *_ = map(int, (project.root / "pids").read_text().split())
    for pid in (run, task):
        with suppress(ProcessLookupError):
            wait_for(os.pidfd_open(pid))
    for pid in survivors(project):
        os.kill(pid, signal.SIGKILL)


def test_a_session_removes_what_a_killed_one_left(project: Project, tmp_path: Path) -> None:
    for name in ("stale", "held", "users"):
        (tmp_path / f"pytest-metaflow-{name}").mkdir()
    for name in ("stale", "held"):
        (tmp_path / f"pytest-metaflow-{name}" / "brief.json").touch()
    held = os.open(tmp_path / "pytest-metaflow-held", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    project.execute(project.command("--collect-only"), None, {"TMPDIR": str(tmp_path)})
    os.close(held)
    left = sorted(path.name.rpartition("-")[2] for path in tmp_path.glob("pytest-metaflow-*"))
    assert left == ["held", "users"]


def interrupted(
    project: Project,
    tmp_path: Path,
    number: signal.Signals,
    workers: list[str],
    before: Callable[[], object] = bool,
) -> subprocess.Popen[bytes]:
    """A session that got a signal while its flow was at work, to its end; `before` is called at work."""
    project.flow("train.py", "TrainFlow", STUBBORN)
    (tmp_path / "tmp").mkdir()
    os.mkfifo(project.root / "ready")
    ready = os.open(project.root / "ready", os.O_RDONLY | os.O_NONBLOCK)
    process = subprocess.Popen(
        project.command(*workers),
        cwd=project.root,
        env={**environment(), "TMPDIR": str(tmp_path / "tmp")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(ready)
    before()
    process.send_signal(number)
    process.wait()
    return process
