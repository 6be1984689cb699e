"""Disks that are full or read-only, and steps that spoil what a run stands on: never a pass."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.pytest_metaflow.projects import FLOW, Outcome, Project
from tests.pytest_metaflow.test_sandbox import own_mounts

pytestmark = pytest.mark.slow

needs_mounts = pytest.mark.skipif(
    not own_mounts(), reason="no mount namespace here: `unshare -rm` does not work"
)


def run_with_disk(project: Project, folder: Path, options: str, *args: str) -> Outcome:
    """A session for whose runs a small disk of its own is the temporary directory."""
    folder.mkdir()
    mounted = f'mount -t tmpfs -o {options} tmpfs {folder} && TMPDIR={folder} exec "$@"'
    command = ["unshare", "-rm", "sh", "-c", mounted, "sh", *project.command(*args)]
    return project.execute(command, cwd=None, env=None)


FILLS = """
from pytest_metaflow.inside.protocol import record
import os, pathlib
disk = pathlib.Path(os.environ["PYTEST_METAFLOW_SANDBOX"])
with open(disk / "filler", "wb", buffering=0) as stream:
    for size in (4096, 1):
        try:
            while True:
                stream.write(b"x" * size)
        except OSError:
            pass
record("anything", {"what": "lost" * 1000})
os.remove(disk / "filler")
"""
"""Fills the disk, reports, and makes room again, so that everything else of the run finds room."""


@needs_mounts
def test_a_run_one_of_whose_reports_found_no_room_does_not_pass(project: Project, tmp_path: Path) -> None:
    project.flow("fills.py", "FillsFlow", FILLS)
    project.flow("good.py", "GoodFlow")
    outcome = run_with_disk(project, tmp_path / "small", "size=2m")
    assert outcome.outcomes == {"FillsFlow": "failed", "GoodFlow": "passed"}
    assert outcome.items["FillsFlow"].message == (
        "the run succeeded, but not all that its processes reported could be written"
    )


@needs_mounts
def test_a_read_only_temporary_directory_is_one_line_for_each_flow(project: Project, tmp_path: Path) -> None:
    project.flow("one.py", "OneFlow")
    project.flow("two.py", "TwoFlow")
    folder = tmp_path / "small"
    project.write("conftest.py", f"import tempfile\ntempfile.tempdir = {str(folder)!r}")
    outcome = run_with_disk(project, folder, "ro", "-s")
    assert {item.message for item in outcome.items.values()} == {
        f"cannot make a sandbox in {folder}: Read-only file system"
    }
    assert outcome.exit_code == pytest.ExitCode.TESTS_FAILED
    assert "Traceback" not in outcome.output


@needs_mounts
def test_a_disk_that_becomes_read_only_in_the_middle_fails_the_run(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    body = f"__import__('subprocess').run(['mount', '-o', 'remount,ro', {str(folder)!r}], check=True)"
    project.flow("train.py", "TrainFlow", body)
    outcome = run_with_disk(project, folder, "size=20m", "-s")
    assert outcome.outcomes == {"TrainFlow": "failed"}
    assert outcome.exit_code == pytest.ExitCode.TESTS_FAILED


@needs_mounts
def test_a_session_whose_temporary_directory_is_full_keeps_what_failed_elsewhere(
    project: Project, tmp_path: Path
) -> None:
    project.flow("fills.py", "FillsFlow", "self.rows = __import__('os').urandom(2_000_000)")
    outcome = run_with_disk(project, tmp_path / "small", "size=200k", "--metaflow-keep=failed")
    assert outcome.items["FillsFlow"].message == f"no space left in {tmp_path / 'small'}"
    assert "to look into it" in outcome.output


@needs_mounts
def test_a_cache_without_room_for_the_data_of_a_run_changes_nothing_else(
    project: Project, tmp_path: Path
) -> None:
    text = FLOW.replace("        pass\n", "        raise ValueError('no')\n")
    body = "        self.rows = __import__('os').urandom(2_000_000)"
    project.write("train.py", text.format(name="TrainFlow", body=body))
    cache = project.root / ".pytest_cache"
    cache.mkdir()
    look = f"find {cache} -name 'TrainFlow*' > {tmp_path / 'left'}"
    mounted = f'mount -t tmpfs -o size=1m tmpfs {cache} && "$@"; code=$?; {look}; exit $code'
    command = ["unshare", "-rm", "sh", "-c", mounted, "sh", *project.command("--metaflow-keep=failed")]
    outcome = project.execute(command, None, {"TMPDIR": str(tmp_path)})
    assert outcome.items["TrainFlow"].message == "ValueError: no (step end)"
    (note,) = outcome.flows_section
    assert note.startswith("train.py::TrainFlow: cannot keep its data in ")
    assert note.endswith(": No space left on device")
    assert (tmp_path / "left").read_text() == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_read_only_folders_are_removed_with_the_sandbox(project: Project, tmp_path: Path) -> None:
    body = """
    import os, pathlib
    cache = pathlib.Path(os.environ["PYTEST_METAFLOW_SANDBOX"], "home", "go", "cache")
    cache.mkdir(parents=True)
    (cache / "file").touch()
    cache.chmod(0o500)
    cache.parent.chmod(0)
    """
    project.flow("train.py", "TrainFlow", body)
    assert project.run(env={"TMPDIR": str(tmp_path)}).outcomes == {"TrainFlow": "passed"}
    assert list(tmp_path.glob("pytest-metaflow-*")) == []


def test_a_step_that_empties_its_environment_still_fails_at_its_line(project: Project) -> None:
    project.flow("train.py", "TrainFlow", "__import__('os').environ.clear()\nraise ValueError('mine')")
    item = project.run().items["TrainFlow"]
    assert item.message == "ValueError: mine (step start)"


def test_a_step_that_removes_the_sandbox_fails_without_a_traceback_of_ours(project: Project) -> None:
    body = "import os, shutil\nshutil.rmtree(os.environ['PYTEST_METAFLOW_SANDBOX'])"
    project.flow("train.py", "TrainFlow", body)
    outcome = project.run("--metaflow-keep=failed")
    assert outcome.outcomes == {"TrainFlow": "failed"}
    assert "INTERNALERROR" not in outcome.output
    assert "pytest_metaflow/" not in outcome.output
