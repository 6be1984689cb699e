"""The data of runs that is left for who wants to look into it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from pytest_metaflow.sandbox.directory import Sandbox
from pytest_metaflow.sandbox.keeping import Kept
from tests.pytest_metaflow.projects import FLOW, Project, environment

pytestmark = pytest.mark.slow

BAD_END = FLOW.replace("        pass\n", "        raise ValueError('no')\n")


def opened(item_text: str, statement: str, cwd: Path) -> str:
    """What the command of a failure prints when it is pasted into a shell and told `statement`."""
    command = re.search(r"^-+ to look into it -+\n(.*)\n", item_text, re.MULTILINE)
    assert command, item_text
    done = subprocess.run(
        ["sh", "-c", command[1]],
        input=f"{statement}\n",
        cwd=cwd,
        env={**environment(), "METAFLOW_PROFILE": "company", "METAFLOW_DEFAULT_METADATA": "service"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def kept(project: Project) -> list[str]:
    """The files and folders that are left of runs, without those of Metaflow's store."""
    folder = project.root / ".pytest_cache" / "d" / "metaflow-kept"
    return sorted("/".join(path.relative_to(folder).parts[1:]) for path in folder.glob("*/*/*"))


def test_the_data_of_failed_runs_is_left_and_its_command_opens_it(project: Project, tmp_path: Path) -> None:
    project.write("train.py", BAD_END.format(name="TrainFlow", body="        self.rows = [1, 2]"))
    project.write("other.py", BAD_END.format(name="TrainFlow", body="        self.rows = [3]"))
    project.flow("good.py", "GoodFlow")
    project.write("lost.py", "import nothing_such\n" + FLOW.format(name="LostFlow", body="        pass"))
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    outcome = project.run("-n2", "--metaflow-keep=failed", env={"TMPDIR": str(temporary)})
    assert list(temporary.glob("pytest-metaflow*")) == []
    names = ["TrainFlow", "TrainFlow-2"]
    assert kept(project) == sorted(f"{name}/{file}" for name in names for file in ("output.txt", "store"))
    assert "to look into it" not in outcome.items["LostFlow"].text

    folder = Path(outcome.items["TrainFlow"].properties["metaflow_kept"])
    assert folder.joinpath("output.txt").read_text().count("ValueError: no") >= 1
    item = outcome.items["TrainFlow"]
    statement = "print(run['start'].task.data.rows, run['end'].task.stderr.count('ValueError: no'))"
    first, second = opened(item.text, statement, tmp_path).splitlines()
    run = item.properties["metaflow_run"]
    assert first == f"Step('{run}/start') Step('{run}/end')"
    assert second in ("[1, 2] 1", "[3] 1")
    assert f"data kept in {folder}" in outcome.output


@pytest.mark.slow
def test_every_run_is_left_where_that_is_asked_for_and_none_by_default(project: Project) -> None:
    project.flow("good.py", "GoodFlow")
    project.run()
    assert kept(project) == []
    project.write("pytest.ini", "[pytest]\nmetaflow_keep = all")
    outcome = project.run()
    assert kept(project) == ["GoodFlow/output.txt", "GoodFlow/store"]
    folder = outcome.items["GoodFlow"].properties["metaflow_kept"]
    assert outcome.flows_section == [f"good.py::GoodFlow: data kept in {folder}"]


def test_data_that_cannot_be_kept_is_one_line_and_the_failure_stays(project: Project) -> None:
    project.flow("train.py", "TrainFlow", "raise ValueError('no')")
    project.write(".pytest_cache/d/metaflow-kept", "a file")
    outcome = project.run("--metaflow-keep=failed")
    assert outcome.items["TrainFlow"].message == "ValueError: no (step start)"
    assert "to look into it" not in outcome.output
    place = project.root / ".pytest_cache" / "d" / "metaflow-kept"
    assert outcome.flows_section == [f"train.py::TrainFlow: cannot keep its data in {place}: File exists"]


def test_without_pytests_cache_nothing_can_be_kept(project: Project) -> None:
    project.flow("train.py", "TrainFlow")
    outcome = project.run("--metaflow-keep=failed", "-p", "no:cacheprovider")
    assert outcome.exit_code == pytest.ExitCode.USAGE_ERROR
    line = "ERROR: metaflow_keep = failed needs pytest's cache, which `-p no:cacheprovider` switches off"
    assert line in outcome.output


def finished_run(root: Path) -> Sandbox:
    made = Sandbox(root)
    made.store.mkdir(parents=True)
    made.output.touch()
    return made


def test_the_data_of_three_sessions_is_left_and_that_of_a_session_at_work(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    at_work = Kept("all", lambda: folder, "at-work")
    at_work.keep(finished_run(tmp_path / "run"), "TrainFlow")
    os.utime(folder / "at-work", (0, 0))
    for number in range(5):
        (folder / f"old-{number}").mkdir()
        os.utime(folder / f"old-{number}", (number + 1, number + 1))
    new = Kept("all", lambda: folder, "new")
    for number in range(2):
        new.keep(finished_run(tmp_path / f"run-{number}"), "TrainFlow")
    assert sorted(path.name for path in folder.iterdir()) == ["at-work", "new", "old-3", "old-4"]
    assert sorted(path.name for path in (folder / "new").iterdir()) == ["TrainFlow", "TrainFlow-2"]


@pytest.mark.slow
def test_of_a_run_in_s3_no_command_is_given_that_would_look_into_the_users_own(project: Project) -> None:
    project.write("train.py", BAD_END.format(name="TrainFlow", body="        self.rows = [1, 2]"))
    outcome = project.run("--metaflow-keep=failed", "--metaflow-datastore=s3")
    assert "to look into it" not in outcome.items["TrainFlow"].text
    assert "data not kept: it lay in the S3 of the run" in outcome.output
    assert kept(project) == []
