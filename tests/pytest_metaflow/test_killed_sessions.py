"""What is left of sessions and workers that were killed: nothing, at the latest after the next session."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.pytest_metaflow.projects import Project, environment
from tests.pytest_metaflow.test_processes import is_running

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process that its parent has ended"
)

STUBBORN = """
import os, signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "600"])
daemon = subprocess.Popen(["sleep", "600"], start_new_session=True)
run = os.getppid()
with open(f"/proc/{{run}}/stat") as stat:
    pytest = int(stat.read().rpartition(")")[2].split()[1])
with open("{name}.pids", "w") as stream:
    stream.write(f"{{pytest}} {{run}} {{os.getpid()}} {{child.pid}} {{daemon.pid}}")
open("ready", "w").write("x")
time.sleep(600)
"""
"""Ignores SIGTERM, starts a child and a daemon, and tells who is there: pytest's process first."""


STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def nothing_is_left_of_a_test_that_fails() -> Iterator[None]:
    """End the sessions that a test has started and not ended."""
    yield
    while STARTED:
        process = STARTED.pop()
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.communicate()


class AtWork:
    """A session whose flows are at work, and the processes of each."""

    def __init__(self, project: Project, temporary: Path, *args: str, flows: int = 2) -> None:
        names = [f"Hang{number}" for number in range(flows)]
        for name in names:
            project.flow(f"{name}.py", name, STUBBORN.format(name=name))
        os.mkfifo(project.root / "ready")
        ready = os.open(project.root / "ready", os.O_RDWR)  # so that it never ends
        self.project = project
        self.temporary = temporary
        self.process = subprocess.Popen(
            project.command(*args),
            cwd=project.root,
            env={**environment(), "TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        STARTED.append(self.process)
        told = b""
        while len(told) < flows:
            assert select.select([ready], [], [], 120)[0], "the flows did not begin within two minutes"
            told += os.read(ready, 10)
        os.close(ready)
        self.flows = [
            [int(pid) for pid in (project.root / f"{name}.pids").read_text().split()] for name in names
        ]

    @property
    def workers(self) -> list[int]:
        """The pytest process of each flow: the session itself, or a worker of it."""
        return [pids[0] for pids in self.flows]

    @property
    def pids(self) -> list[int]:
        """All processes of the flows, without pytest's."""
        return [pid for pids in self.flows for pid in pids[1:]]

    @property
    def running(self) -> list[int]:
        return [pid for pid in self.pids if is_running(pid)]

    @property
    def folders(self) -> list[Path]:
        return list(self.temporary.glob("pytest-metaflow-*"))

    def wait_for_the_end_of(self, pids: list[int]) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                ended = os.pidfd_open(pid)
                assert select.select([ended], [], [], 60)[0], "it still runs after a minute"
                os.close(ended)

    def next_session(self) -> None:
        """Another one that runs nothing."""
        env = {"TMPDIR": str(self.temporary)}
        self.project.execute(self.project.command("--collect-only", "-q"), None, env)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    (tmp_path / "tmp").mkdir()
    return tmp_path / "tmp"


@pytest.mark.slow
@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "with two workers"])
def test_of_a_session_that_is_killed_with_its_workers_the_next_one_leaves_nothing(
    project: Project, temporary: Path, workers: list[str]
) -> None:
    session = AtWork(project, temporary, *workers, flows=2 if workers else 1)
    for pid in {session.process.pid, *session.workers}:
        os.kill(pid, signal.SIGKILL)
    session.process.communicate()
    session.wait_for_the_end_of([pid for pids in session.flows for pid in pids[1:3]])
    assert len(session.folders) == len(session.flows) + len(workers)
    session.next_session()
    session.wait_for_the_end_of(session.pids)
    assert session.folders == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_workers_whose_session_has_ended_clean_up_themselves(
    project: Project, temporary: Path, number: signal.Signals
) -> None:
    session = AtWork(project, temporary, "-n2")
    session.process.send_signal(number)
    session.process.communicate()
    session.wait_for_the_end_of([*session.workers, *session.pids])
    assert session.folders == []


@pytest.mark.slow
def test_a_worker_that_is_killed_fails_its_flow_and_ends_its_tasks(project: Project, temporary: Path) -> None:
    summary = project.root / "summary.md"
    os.environ["GITHUB_STEP_SUMMARY"] = str(summary)
    try:
        session = AtWork(project, temporary, "-n2", "--metaflow-timeout=40", "--max-worker-restart=0")
    finally:
        del os.environ["GITHUB_STEP_SUMMARY"]
    os.kill(session.workers[0], signal.SIGKILL)
    output, _ = session.process.communicate()
    assert session.process.returncode == 1, output
    assert "crashed while running 'Hang0.py::Hang0'" in output
    assert "2 failed" in output
    assert "### Flows: 2 failed" in summary.read_text()
    assert "crashed while running" in summary.read_text()
    session.wait_for_the_end_of(session.flows[0][1:3] + session.flows[1][1:])
    session.next_session()
    session.wait_for_the_end_of(session.pids)
    assert session.folders == []


@pytest.mark.slow
def test_a_session_leaves_alone_what_another_works_with(project: Project, temporary: Path) -> None:
    session = AtWork(project, temporary, flows=1)
    try:
        session.next_session()
        assert len(session.folders) == 1
        assert session.running == session.pids
    finally:
        session.process.send_signal(signal.SIGINT)
        session.process.communicate()
    assert session.process.returncode == pytest.ExitCode.INTERRUPTED
    assert session.folders == []
