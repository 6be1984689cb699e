"""Runs that are to fail."""

from __future__ import annotations

import pytest

from pytest_metaflow.inside.protocol import COMPLETE, SANDBOX
from tests.pytest_metaflow.projects import Outcome, Project

pytestmark = pytest.mark.slow

FLOW = """
import atexit
import os
import time
from metaflow import FlowSpec, Parameter, step
from metaflow.exception import MetaflowException


class BadData(ValueError):
    pass


def is_there(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)
    how = Parameter("how", type=str, default="")

    @step
    def start(self):
        if self.how == "bad":
            raise BadData("no rows: 0")
        if self.how == "chain":
            try:
                raise BadData("first")
            except BadData as error:
                raise RuntimeError("second") from error
        if self.how == "metaflow":
            raise MetaflowException("refused")
        if self.how == "dies":
            os._exit(3)
        self.next(self.left, self.right)

    @step
    def left(self):
        if self.how == "both":
            atexit.register(self.outlive_right)
            raise BadData("left")
        self.next(self.join)

    @step
    def right(self):
        if self.how == "both":
            atexit.register(self.wait_for_left)
            raise KeyError("right")
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass

    def outlive_right(self):
        open("left", "w").close()
        while not os.path.exists("right") or is_there(int(open("right").read())):
            time.sleep(0.01)

    def wait_for_left(self):
        with open("right.part", "w") as part:
            part.write(str(os.getpid()))
        os.rename("right.part", "right")
        while not os.path.exists("left"):
            time.sleep(0.01)


if __name__ == "__main__":
    TrainFlow()
"""

IMPORT = """
from metaflow import FlowSpec, Parameter, step

raise LookupError("no such thing")


class ImportFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ImportFlow()
"""

SETTINGS = """
[tool.pytest_metaflow.flows.ImportFlow]
cases = [
    { id = "anywhere", expect = { error = "builtins.LookupError", match = "^no such" } },
    { id = "in-start", expect = { step = "start", error = "LookupError" } },
]

[tool.pytest_metaflow.flows.TrainFlow]
cases = [
    { id = "class", parameters = { how = "bad" }, expect = { step = "start", error = "BadData" } },
    { id = "base", parameters = { how = "bad" }, expect = { error = "ValueError", match = "rows: 0$" } },
    { id = "step", parameters = { how = "dies" }, expect = { step = "start" } },
    { id = "metaflow", parameters = { how = "metaflow" }, expect = { error = "MetaflowException" } },
    { id = "other-error", parameters = { how = "bad" }, expect = { step = "start", error = "KeyError" } },
    { id = "other-message", parameters = { how = "bad" }, expect = { error = "BadData", match = "^rows" } },
    { id = "other-step", parameters = { how = "bad" }, expect = { step = "left", error = "BadData" } },
    { id = "cause", parameters = { how = "chain" }, expect = { error = "BadData" } },
    { id = "dies", parameters = { how = "dies" }, expect = { error = "BadData" } },
    { id = "both", parameters = { how = "both" }, expect = { error = "KeyError" } },
    { id = "succeeds", expect = { step = "left", error = "BadData", match = "x" } },
    { id = "no-step", expect = { step = "strat" } },
]
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One session of many cases, since each test looks at one or two of them."""
    root = tmp_path_factory.mktemp("expected") / "project"
    root.mkdir()
    project = Project(root)
    project.write("train.py", FLOW)
    project.write("broken.py", IMPORT)
    project.write("pyproject.toml", SETTINGS)
    return project.run()


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("train.py::TrainFlow[class]", "BadData in start"),
        ("train.py::TrainFlow[base]", "BadData in start"),
        ("train.py::TrainFlow[step]", "a failure in start"),
        ("train.py::TrainFlow[metaflow]", "MetaflowException in start"),
        ("broken.py::ImportFlow[anywhere]", "LookupError before the first step"),
    ],
)
def test_a_run_that_fails_as_expected_passes_and_says_so(outcome: Outcome, item: str, said: str) -> None:
    assert outcome.outcomes[item.partition("::")[2]] == "passed"
    assert f"{item}: failed as expected: {said}" in outcome.flows_section


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("other-error", "expected KeyError in step start, but BadData: no rows: 0 (step start)"),
        ("other-message", "expected BadData matching '^rows', but BadData: no rows: 0 (step start)"),
        ("other-step", "expected BadData in step left, but BadData: no rows: 0 (step start)"),
        ("cause", "expected BadData, but RuntimeError: second (step start)"),
        ("dies", "expected BadData, but step start ended with exit code 3 and no exception"),
        ("succeeds", "expected to fail in step left with BadData matching 'x', and succeeded"),
        ("no-step", 'TrainFlow has no step "strat" to fail in (did you mean "start"?)'),
    ],
)
def test_a_run_that_ends_in_another_way_fails_and_says_both(
    outcome: Outcome, case: str, message: str
) -> None:
    item = outcome.items[f"TrainFlow[{case}]"]
    assert (item.outcome, item.message) == ("failed", message)


def test_what_fails_before_the_first_step_fails_in_none(outcome: Outcome) -> None:
    item = outcome.items["ImportFlow[in-start]"]
    assert item.message == (
        "expected LookupError in step start, but LookupError: no such thing (before the first step)"
    )


def test_another_task_that_fails_in_another_way_is_not_expected(outcome: Outcome) -> None:
    item = outcome.items["TrainFlow[both]"]
    message = "expected KeyError, but there was also BadData in left"
    assert (item.outcome, item.message) == ("failed", message)


def test_an_unexpected_error_is_shown_at_its_line(outcome: Outcome) -> None:
    lines = outcome.items["TrainFlow[other-error]"].text.splitlines()
    assert lines[:8] == [
        "Expected KeyError in step start, but the run failed in another way.",
        "",
        "Step start failed in task 1.",
        "",
        "Parameters: how=bad test-mode=True",
        "",
        "train.py:27: in start",
        '    raise BadData("no rows: 0")',
    ]


@pytest.mark.slow
def test_a_timeout_is_expected_by_nothing(project: Project) -> None:
    project.flow("train.py", "TrainFlow", "import time; time.sleep(60)")
    project.write(
        "pyproject.toml",
        """
        [tool.pytest_metaflow.flows.TrainFlow]
        cases = [{ id = "hangs", timeout = 6, expect = { step = "start" } }]
        """,
    )
    message = "expected a failure in step start, but timeout of 6 s while start (task 1) ran"
    assert project.run().items["TrainFlow[hangs]"].message == message


def test_a_failure_is_not_as_expected_where_a_report_was_lost(project: Project) -> None:
    body = f"import os\nos.remove(os.environ[{SANDBOX!r}] + '/{COMPLETE}')\nraise ValueError('expected')"
    project.flow("train.py", "TrainFlow", body)
    project.write(
        "pyproject.toml",
        """
        [[tool.pytest_metaflow.flows.TrainFlow.cases]]
        id = "bad"
        expect = { error = "ValueError" }
        """,
    )
    item = project.run().items["TrainFlow[bad]"]
    assert item.outcome == "failed"
    assert item.message.startswith("expected ValueError, but not all that its processes reported")
