"""`run_flow`: a flow run from a user's test, and what the test can read of the run."""

# ruff: noqa: E501  the calls of a table are easier to read on one line each

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.pytest_metaflow.projects import Outcome, Project, environment
from tests.pytest_metaflow.test_processes import STUBBORN, linux, survivors, wait_for

pytestmark = pytest.mark.slow

TRAIN = """
import os
import sys

from metaflow import Config, FlowSpec, Parameter, environment, kubernetes, step

from shapes import Shape


class Score:
    pass


class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)
    alpha = Parameter("alpha", type=float, default=0.5)
    timeout = Parameter("timeout", type=int, default=1)
    names = Config("names", default_value={"first": "tree"})

    @step
    def start(self):
        self.models = [self.names.first, "line"]
        self.mode = self.test_mode
        self.stage = os.environ["STAGE"]
        self.next(self.train, foreach="models")

    @kubernetes(cpu=1)
    @step
    def train(self):
        print("training", self.input)
        print("slowly", file=sys.stderr)
        if self.alpha > 1:
            raise ValueError(f"alpha is {self.alpha}")
        self.shape = Shape(self.index)
        self.score = Score()
        self.text = "x" * 100_000
        self.next(self.join)

    @step
    def join(self, inputs):
        self.shapes = [task.shape for task in inputs]
        self.score = inputs[0].score
        self.sandbox = os.environ["METAFLOW_HOME"]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TrainFlow()
"""

TWO = """
from metaflow import FlowSpec, Parameter, step


class FirstFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
        import time

        time.sleep(600)
        self.next(self.end)

    @step
    def end(self):
        pass


class SecondFlow(FirstFlow):
    pass


if __name__ == "__main__":
    FirstFlow()
    SecondFlow()
"""

SETTINGS = """
[tool.pytest.ini_options]
pythonpath = ["flows"]

[tool.pytest_metaflow.flows.TrainFlow]
environment = { STAGE = "settings" }
parameters = { alpha = 0.25 }
"""

TESTS = """
import sys
from pathlib import Path

import pytest
from pytest_metaflow import ArtifactError, CannotRun, FlowFailed, FlowRun, RunFlow

TRAIN = "flows/train.py"
sandboxes = []


def test_a_run_speaks_as_the_client_does(run_flow: RunFlow):
    run = run_flow(TRAIN, parameters={"timeout": 7}, names={"first": "forest"})
    assert isinstance(run, FlowRun)
    assert run.successful and run.failure is None
    assert run.pathspec == f"TrainFlow/{run.id}"
    assert [step.id for step in run] == ["start", "train", "join", "end"]
    assert [step.id for step in run.steps()] == ["start", "train", "join", "end"]
    assert run["start"].task.data.models == ["forest", "line"]
    assert run["start"].task.data.mode is True
    assert run["start"].task.data.stage == "settings"
    assert (run.data.alpha, run.data.timeout) == (0.25, 7)
    assert [task.index for task in run["train"]] == [0, 1]
    assert [len(task.data.text) for task in run["train"]] == [100_000] * 2
    assert [task.stdout for task in run["train"]] == ["training forest\\n", "training line\\n"]
    assert run["train"].task.stderr == "slowly\\n"
    assert run["train"].task.pathspec == f"{run.pathspec}/train/{run['train'].task.id}"
    assert run.end_task.artifacts == run.artifacts
    assert {"shapes", "score", "alpha", "test_mode"} <= set(run.artifacts)
    assert "shapes" in run.data and "shape" not in run.data
    assert [shape.corners for shape in run.data.shapes] == [0, 1]
    assert "metaflow" not in sys.modules
    with pytest.raises(AttributeError, match='step end has no artifact "shape" .did you mean "shapes"'):
        run.data.shape
    with pytest.raises(KeyError, match='step trian was not run .did you mean "train"'):
        run["trian"]
    with pytest.raises(ArtifactError) as raised:
        run.data.score
    assert "\\"score\\" of step end (class '__main__.Score') cannot be read here: Score" in str(raised.value)
    assert "defined in the flow's own file" in str(raised.value)
    sandboxes.append((run, Path(run.data.sandbox).parent))
    assert sandboxes[0][1].is_dir()


def test_a_run_is_there_as_long_as_its_test():
    run, sandbox = sandboxes[0]
    assert not sandbox.exists()
    assert run["start"].task.data.mode is True
    with pytest.raises(ArtifactError, match="a run is there as long as the test that made it"):
        run["start"].task.data.alpha


def test_a_bad_run_that_is_wanted(run_flow):
    run = run_flow(TRAIN, alpha=2, check=False, cached=True)
    assert not run.successful
    assert run.failure.step == "train"
    assert run.failure.error == "ValueError: alpha is 2.0"
    assert run.failure.summary.startswith("ValueError: alpha is 2.0 (step train, foreach value '")
    assert run["start"].task.successful
    assert not run["train"].task.successful
    assert "training" in run["train"].task.stdout
    with pytest.raises(KeyError, match="step end was not run .ValueError: alpha is 2.0"):
        run.data


def test_equal_calls_share_a_run(run_flow):
    runs = [run_flow(TRAIN, cached=True), run_flow("flows/train.py::TrainFlow", cached=True)]
    assert runs[0].pathspec == runs[1].pathspec
    sandboxes.append(runs[0])


def test_equal_calls_of_another_test_too(run_flow):
    assert run_flow(TRAIN, cached=True).pathspec == sandboxes[1].pathspec
    assert sandboxes[1].data.alpha == 0.25
    assert run_flow(TRAIN, cached=True, test_mode=False).data.test_mode is False


def test_a_run_takes_too_long(run_flow):
    run = run_flow("flows/two.py::FirstFlow", timeout=0.5, check=False)
    assert run.failure.summary.startswith("timeout of 0.5 s")
    assert not run.successful


@pytest.mark.parametrize(
    ("path", "given", "message"),
    [
        ("flows/trian.py", {}, "There is no file flows/trian.py in "),
        ("flows/shapes.py", {}, "flows/shapes.py holds no flow."),
        ("flows/two.py", {}, 'flows/two.py holds several flows: FirstFlow, SecondFlow. Say which, as in "flows/two.py::FirstFlow"'),
        ("flows/two.py::FirstFlo", {}, 'flows/two.py holds no flow FirstFlo (did you mean "FirstFlow"?)'),
        ("flows/broken.py", {}, "flows/broken.py:2:6: invalid syntax"),
        ("flows/idle.py", {}, "Nothing starts IdleFlow. Add to the end of idle.py"),
        (TRAIN, {"alhpa": 1}, 'TrainFlow has no parameter "alhpa" (did you mean "alpha"?)'),
        (TRAIN, {"timeout": 0}, "timeout=0: expected a positive number of seconds"),
    ],
)
def test_a_wrong_call(run_flow, path, given, message):
    with pytest.raises(CannotRun) as raised:
        run_flow(path, **given)
    assert message in str(raised.value)


@pytest.fixture
def trained(run_flow):
    return run_flow(TRAIN, alpha=2, cached=True)


def test_fails_in_the_flow(run_flow):
    run_flow(TRAIN, alpha=2, cached=True)


def test_fails_in_a_fixture(trained):
    pass


def test_expects_the_failure(run_flow):
    with pytest.raises(FlowFailed, match="alpha is 2.0"):
        run_flow(TRAIN, alpha=2, cached=True)


@pytest.mark.xfail(raises=FlowFailed, strict=True)
def test_is_expected_to_fail(run_flow):
    run_flow(TRAIN, alpha=2, cached=True)
"""

FAILING = {"test_fails_in_the_flow": "failed", "test_fails_in_a_fixture": "error"}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One session with all of the tests above, beside flows that are run as items of their own."""
    root = tmp_path_factory.mktemp("flows") / "project"
    root.mkdir()
    project = Project(root)
    project.write("flows/train.py", TRAIN)
    project.write("flows/two.py", TWO)
    project.write(
        "flows/shapes.py", "class Shape:\n    def __init__(self, corners):\n        self.corners = corners\n"
    )
    project.write("flows/broken.py", "from metaflow import FlowSpec\nclass")
    idle = project.flow("flows/idle.py", "IdleFlow")
    idle.write_text(idle.read_text().partition("\n\nif __name__")[0])
    project.write("pyproject.toml", SETTINGS)
    project.write("tests/test_train.py", TESTS)
    return project.run_plain("tests", env={"TMPDIR": str(root.parent)})


def test_tests_read_what_their_runs_left(outcome: Outcome) -> None:
    other = {name: item.outcome for name, item in outcome.items.items() if item.outcome != "passed"}
    assert other == {**FAILING, "test_is_expected_to_fail": "skipped"}, outcome.output


def test_no_sandbox_is_left(outcome: Outcome, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp()
    assert outcome.items
    assert list(base.glob("flows*/pytest-metaflow-*")) == []


def test_a_failing_run_is_shown_at_the_line_of_the_flow_below_that_of_the_test(outcome: Outcome) -> None:
    item = outcome.items["test_fails_in_the_flow"]
    assert item.message.startswith("ValueError: alpha is 2.0 (step train, foreach value '")
    raising = TRAIN.splitlines().index('            raise ValueError(f"alpha is {self.alpha}")')
    lines = [line for line in item.text.splitlines() if line]
    assert lines[0].startswith("tests/test_train.py:")
    assert lines[0].endswith(": in test_fails_in_the_flow")
    assert lines[1] == "    run_flow(TRAIN, alpha=2, cached=True)"
    assert lines[2].startswith("Step train failed in task")
    assert lines[3:7] == [
        "Parameters: alpha=2 test-mode=True",
        f"flows/train.py:{raising}: in train",
        '    raise ValueError(f"alpha is {self.alpha}")',
        "E   ValueError: alpha is 2.0",
    ]
    assert "to repeat" not in item.text


def test_a_failing_run_of_a_fixture_is_shown_so_too(outcome: Outcome) -> None:
    text = outcome.items["test_fails_in_a_fixture"].text
    assert "in trained\n    return run_flow(TRAIN, alpha=2, cached=True)" in text
    assert "E   ValueError: alpha is 2.0" in text
    assert "_pytest" not in text


def test_wrong_settings_fail_the_test_with_one_line(project: Project) -> None:
    file = project.write("pyproject.toml", "[tool.pytest_metaflow]\nflow = {}")
    project.write("pytest.ini", "[pytest]")
    project.flow("train.py", "TrainFlow")
    project.write("test_it.py", "def test_it(run_flow):\n    run_flow('train.py')\n")
    outcome = project.run_plain()
    assert outcome.outcomes == {"test_it": "error"}
    message = f'{file}: tool.pytest_metaflow.flow: unknown key (did you mean "flows"?)'
    assert outcome.items["test_it"].text.strip() == message


@pytest.mark.slow
def test_flows_and_tests_that_run_them_go_into_one_session(project: Project) -> None:
    project.flow("train.py", "TrainFlow", "self.score = 3")
    project.flow("plain.py", "PlainFlow")
    plain = project.root / "plain.py"
    plain.write_text(plain.read_text().replace('"test-mode"', '"other"'))
    project.write(
        "test_it.py",
        """
        def test_it(run_flow):
            assert run_flow("train.py").data.score == 3

        def test_without_test_mode(run_flow):
            run_flow("plain.py")
        """,
    )
    outcome = project.run("-n2", "--metaflow-missing-test-mode=skip")
    assert outcome.outcomes == {
        "TrainFlow": "passed",
        "PlainFlow": "skipped",
        "test_it": "passed",
        "test_without_test_mode": "skipped",
    }


@pytest.mark.slow
@linux
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, -signal.SIGTERM), pytest.param(signal.SIGINT, 2, marks=pytest.mark.slow)],
)
def test_a_signal_ends_the_run_and_removes_all_sandboxes_of_the_test(
    project: Project, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    project.flow("quick.py", "QuickFlow")
    project.flow("stubborn.py", "StubbornFlow", STUBBORN)
    project.write(
        "test_it.py",
        """
        def test_it(run_flow, run_step):
            run_step("quick.py", "end")
            run_flow("quick.py", cached=True)
            run_flow("stubborn.py")
        """,
    )
    (tmp_path / "tmp").mkdir()
    os.mkfifo(project.root / "ready")
    ready = os.open(project.root / "ready", os.O_RDONLY | os.O_NONBLOCK)
    process = subprocess.Popen(
        project.plain_command("test_it.py"),
        cwd=project.root,
        env={**environment(), "TMPDIR": str(tmp_path / "tmp")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(ready)
    process.send_signal(number)
    assert process.wait() == code
    assert survivors(project) == []
    assert list((tmp_path / "tmp").glob("pytest-metaflow*")) == []
