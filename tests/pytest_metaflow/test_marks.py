"""Marks that a conftest gives to flows."""

from __future__ import annotations

import pytest

from tests.pytest_metaflow.projects import Outcome, Project

FLOW = """
import os
from metaflow import FlowSpec, Parameter, step


class {name}(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)
    rows = Parameter("rows", type=int, default=0)
    size = Parameter("size", type=int, default=0)

    @step
    def start(self):
        raise ValueError(f"{{self.rows}} {{self.size}} {{os.environ.get('STAGE')}}")
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    {name}()
"""

CONFTEST = """
import pytest

MARKS = {
    "TrainFlow[small]": [
        pytest.mark.metaflow(parameters={"rows": 5}, environment={"STAGE": "mark"}),
        pytest.mark.metaflow(parameters={"rows": 6, "size": 6}),
    ],
    "TrainFlow[large]": [pytest.mark.metaflow(expect={"error": "ValueError", "match": "^2 9 None$"})],
    "TypoFlow": [pytest.mark.metaflow(timout=3)],
    "TypeFlow": [pytest.mark.metaflow(max_foreach="3")],
    "PositionFlow": [pytest.mark.metaflow("slow")],
    "SkippedFlow": [pytest.mark.skip(reason="no licence")],
    "WrongFlow": [pytest.mark.skipif(True, reason="no Spark"), pytest.mark.metaflow(timout=3)],
    "BrokenFlow": [pytest.mark.xfail(reason="known", strict=True)],
    "NotYetFlow": [pytest.mark.xfail(run=False, reason="later")],
}


def pytest_collection_modifyitems(items):
    for item in items:
        for mark in MARKS.get(item.name, []):
            item.add_marker(mark)
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One session of many flows, each with marks of its own."""
    root = tmp_path_factory.mktemp("marks") / "project"
    root.mkdir()
    project = Project(root)
    names = ("Typo", "Type", "Position", "Skipped", "Wrong", "Broken", "NotYet", "Train")
    for name in names:
        project.write(f"{name.lower()}.py", FLOW.format(name=f"{name}Flow"))
    project.write("conftest.py", CONFTEST)
    project.write(
        "pyproject.toml",
        """
        [tool.pytest_metaflow.flows.TrainFlow]
        parameters = { rows = 1, size = 1 }
        cases = [{ id = "small" }, { id = "large", parameters = { rows = 2, size = 9 } }]
        """,
    )
    return project.run()


@pytest.mark.slow
def test_the_values_of_marks_go_above_the_settings_and_the_closest_mark_goes_first(outcome: Outcome) -> None:
    assert outcome.items["TrainFlow[small]"].message == "ValueError: 5 6 mark (step start)"


def test_a_mark_can_say_how_a_flow_fails(outcome: Outcome) -> None:
    assert outcome.outcomes["TrainFlow[large]"] == "passed"
    assert "train.py::TrainFlow[large]: failed as expected: ValueError in start" in outcome.flows_section


@pytest.mark.parametrize(
    ("flow", "line"),
    [
        ("TypoFlow", 'pytest.mark.metaflow: timout: unknown key (did you mean "timeout"?)'),
        ("TypeFlow", "pytest.mark.metaflow: max_foreach: expected a whole number of at least 1, got '3'"),
        ("PositionFlow", "pytest.mark.metaflow: expected keywords only, got 'slow'"),
    ],
)
def test_a_mark_that_cannot_be_used_fails_its_item_with_one_line(
    outcome: Outcome, flow: str, line: str
) -> None:
    item = outcome.items[flow]
    assert (item.outcome, item.message) == ("failed", line)
    assert item.text.splitlines()[0] == line


def test_marks_of_pytest_work_as_on_any_test(outcome: Outcome) -> None:
    said = {name: (item.outcome, item.message) for name, item in outcome.items.items()}
    assert said["SkippedFlow"] == ("skipped", "no licence")
    assert said["WrongFlow"] == ("skipped", "no Spark")
    assert said["BrokenFlow"] == ("skipped", "known")
    assert said["NotYetFlow"] == ("skipped", "[NOTRUN] later")


def test_the_keywords_of_the_marker_are_listed(project: Project) -> None:
    output = project.run_plain("--markers").output
    keywords = ["parameters", "timeout", "environment", "secrets", "trigger", "producers", "task_setup"]
    keywords += ["max_foreach", "contracts", "expect"]
    assert f"@pytest.mark.metaflow({', '.join(keywords)}): " in output
