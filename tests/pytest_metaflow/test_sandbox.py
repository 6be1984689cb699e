"""What a run sees of the machine, and what it leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from shutil import which

import pytest

from tests.pytest_metaflow.projects import Project


def test_the_developers_metaflow_and_cloud_accounts_are_out_of_reach(project: Project) -> None:
    project.write("home/config.json", json.dumps({"METAFLOW_DEFAULT_METADATA": "service"}))
    project.write(
        ".metaflow/config.json",
        json.dumps({"METAFLOW_SERVICE_URL": "http://company", "METAFLOW_UI_URL": "x"}),
    )
    project.flow(
        "train.py",
        "TrainFlow",
        """
        import os
        from metaflow import metaflow_config, namespace, get_namespace
        assert metaflow_config.SERVICE_URL is None
        assert metaflow_config.UI_URL is None
        assert metaflow_config.DEFAULT_METADATA == "local"
        assert metaflow_config.S3_ENDPOINT_URL.startswith("http://127.0.0.1:")
        assert get_namespace() == "user:pytest"
        assert not [name for name in os.environ if "SECRET_THING" in name]
        assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
        assert os.path.getsize(os.environ["AWS_SHARED_CREDENTIALS_FILE"]) == 0
        assert "AWS_PROFILE" not in os.environ and "AWS_SESSION_TOKEN" not in os.environ
        """,
    )
    outside = {
        "METAFLOW_HOME": str(project.root / "home"),
        "METAFLOW_PROFILE": "production",
        "METAFLOW_RUN_TEST_MODE": "nonsense",
        "METAFLOW_SECRET_THING": "1",
        "AWS_SECRET_THING": "1",
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "token",
        "AWS_ACCESS_KEY_ID": "mine",
    }
    assert project.run(env=outside).outcomes == {"TrainFlow": "passed"}


def test_nothing_is_left_in_the_temporary_directory_or_the_project(project: Project, tmp_path: Path) -> None:
    project.flow("train.py", "TrainFlow", "raise ValueError")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    project.run("-p", "no:cacheprovider", env={"TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"})
    assert list(temporary.glob("pytest-metaflow*")) == []
    assert sorted(path.name for path in project.root.iterdir()) == ["train.py"]


def test_a_sandbox_that_cannot_be_made_is_one_line(project: Project) -> None:
    project.flow("train.py", "TrainFlow")
    nowhere = str(project.root / "full")
    project.write("conftest.py", f"import tempfile\ntempfile.tempdir = {nowhere!r}")
    item = project.run(env={"TMPDIR": nowhere}).items["TrainFlow"]
    assert item.message == f"cannot make a sandbox in {nowhere}: No such file or directory"


def test_a_run_starts_in_the_root_directory_and_imports_from_its_own_folder(project: Project) -> None:
    project.flow(
        "flows/train.py",
        "TrainFlow",
        f"""
        import os, helper
        assert os.getcwd() == {str(project.root)!r}
        assert helper.VALUE == 1
        """,
    )
    project.write("flows/helper.py", "VALUE = 1")
    assert project.run().outcomes == {"TrainFlow": "passed"}


@pytest.mark.parametrize(
    ("ini", "expected"), [("", "flows"), ("metaflow_cwd = root", ""), ("metaflow_cwd = flow", "flows")]
)
def test_a_file_that_lies_only_beside_the_flow_moves_the_run_there(
    project: Project, ini: str, expected: str
) -> None:
    file = project.flow(
        "flows/train.py",
        "TrainFlow",
        f"import os\nassert os.getcwd() == {str(project.root / expected)!r}, 'cwd'",
    )
    text = file.read_text().replace(
        "    @step", '    data = IncludeFile("data", default="data.csv")\n\n    @step', 1
    )
    file.write_text(text.replace("import FlowSpec", "import IncludeFile, FlowSpec"))
    project.write("flows/data.csv", "a")
    project.write("pytest.ini", f"[pytest]\n{ini}")
    assert (project.run().outcomes == {"TrainFlow": "passed"}) is (ini != "metaflow_cwd = root")


def test_pythonpath_of_pytest_and_of_the_environment_hold_in_a_run(project: Project) -> None:
    project.flow("train.py", "TrainFlow", "import one, two, three\nassert one.VALUE == 1")
    project.write("src/one.py", "VALUE = 1")
    project.write("lib/two.py", "VALUE = 2")
    project.write("lib2/three.py", "VALUE = 3")
    project.write("pytest.ini", "[pytest]\npythonpath = src")
    inherited = os.environ.get("PYTHONPATH", "")
    env = {"PYTHONPATH": os.pathsep.join(filter(None, ["lib", str(project.root / "lib2"), inherited]))}
    assert project.run(env=env).outcomes == {"TrainFlow": "passed"}


def test_the_users_sitecustomize_runs_too(project: Project) -> None:
    project.flow("train.py", "TrainFlow", "import sys\nassert sys.company_setup == 'done'")
    project.write("site/sitecustomize.py", "import sys\nsys.company_setup = 'done'")
    env = {"PYTHONPATH": os.pathsep.join([str(project.root / "site"), os.environ.get("PYTHONPATH", "")])}
    assert project.run(env=env).outcomes == {"TrainFlow": "passed"}


def test_every_process_knows_that_it_is_under_test_and_an_inner_one_keeps_its_input(project: Project) -> None:
    project.flow(
        "train.py",
        "TrainFlow",
        """
        import os, subprocess, sys
        assert os.environ["PYTEST_METAFLOW"] == "1"
        inner = "import sys, os; print(sys.stdin.read(), os.environ['PYTEST_METAFLOW'])"
        done = subprocess.run([sys.executable, "-c", inner], input="hello", capture_output=True, text=True)
        assert done.stdout == "hello 1\\n"
        """,
    )
    assert project.run().outcomes == {"TrainFlow": "passed"}


def test_settings_add_variables_to_the_environment(project: Project) -> None:
    project.flow("train.py", "TrainFlow", "import os\nassert os.environ['STAGE'] == 'test'")
    project.write(
        "pyproject.toml", '[tool.pytest_metaflow.flows.TrainFlow]\nenvironment = { STAGE = "test" }'
    )
    assert project.run(env={"STAGE": "production"}).outcomes == {"TrainFlow": "passed"}


@pytest.mark.slow
def test_two_sessions_at_once_do_not_meet(project: Project) -> None:
    body = "from metaflow import Flow\nassert len(list(Flow('TrainFlow').runs())) == 1"
    for number in range(4):
        project.flow(f"flows/train{number}.py", "TrainFlow", body)
    outcome = project.run("-n4")
    assert "4 passed" in outcome.output


def own_mounts() -> bool:
    """Whether this user may mount a file system in a namespace of his own."""
    return bool(which("unshare")) and not subprocess.run(["unshare", "-rm", "true"], check=False).returncode


@pytest.mark.skipif(not own_mounts(), reason="no mount namespace here: `unshare -rm` does not work")
def test_a_run_that_fills_the_disk_says_so(project: Project, tmp_path: Path) -> None:
    project.flow("fills.py", "FillsFlow", "self.rows = __import__('os').urandom(2_000_000)")
    small = tmp_path / "small"
    small.mkdir()
    mounted = f'mount -t tmpfs -o size=200k tmpfs {small} && TMPDIR={small} exec "$@"'
    outcome = project.execute(
        ["unshare", "-rm", "sh", "-c", mounted, "sh", *project.command()], cwd=None, env=None
    )
    assert outcome.outcomes == {"FillsFlow": "failed"}
    assert f"No space is left in {small}, where runs keep their data; TMPDIR moves them." in outcome.output
