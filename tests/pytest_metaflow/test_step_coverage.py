"""Which steps never ran in a session."""

from __future__ import annotations

import pytest

from pytest_metaflow.contracts.step_coverage import Ran, coverage, lines
from tests.pytest_metaflow.projects import Outcome, Project

pytestmark = pytest.mark.slow

SWITCH = """
from metaflow import FlowSpec, Parameter, step


class {name}(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)
    way = Parameter("way", default="{way}")

    @step
    def start(self):
        self.next({{"retrain": self.retrain, "keep": self.keep}}, condition="way")

    @step
    def retrain(self):
        self.next(self.end)

    @step
    def keep(self):
        self.next(self.end)

    @step
    def end(self):
        assert self.way != "fail"


if __name__ == "__main__":
    {name}()
"""


def write(project: Project) -> None:
    """A flow that leaves a step out, one that leaves none out and one that fails."""
    project.write("train.py", SWITCH.format(name="TrainFlow", way="keep"))
    project.flow("plain.py", "PlainFlow")
    project.flow("broken.py", "BrokenFlow", "raise ValueError")


def steps_section(outcome: Outcome) -> list[str]:
    """The lines of the section on steps."""
    found = outcome.output.splitlines()
    starts = [number for number, line in enumerate(found) if " steps " in line and line.startswith("=====")]
    if not starts:
        return []
    section = found[starts[0] + 1 :]
    return section[: next(number for number, line in enumerate(section) if line.startswith("====="))]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_step_that_never_ran_is_named_and_too_few_fail_the_session(project: Project, workers: str) -> None:
    project.write("train.py", SWITCH.format(name="TrainFlow", way="keep"))
    project.flow("plain.py", "PlainFlow")
    project.write("pytest.ini", "[pytest]\nmetaflow_step_coverage = 90")
    outcome = project.run("-n", workers)
    assert outcome.outcomes == {"TrainFlow": "passed", "PlainFlow": "passed"}
    assert steps_section(outcome) == [
        'train.py::TrainFlow: 3/4 steps, "retrain" never ran',
        "FAIL step coverage of 83.3% (5 of 6 steps) is below metaflow_step_coverage = 90",
    ]
    assert outcome.exit_code == 1
    assert outcome.items["TrainFlow"].properties["metaflow_steps_not_run"] == "retrain"


def test_without_a_demand_it_is_only_said_and_failed_flows_are_not_counted(project: Project) -> None:
    write(project)
    outcome = project.run("--deselect", "broken.py::BrokenFlow")
    assert (outcome.exit_code, steps_section(outcome)) == (
        0,
        ['train.py::TrainFlow: 3/4 steps, "retrain" never ran'],
    )
    outcome = project.run("-o", "metaflow_step_coverage=70", "-k", "Train or Broken")
    assert outcome.outcomes == {"TrainFlow": "passed", "BrokenFlow": "failed"}
    assert steps_section(outcome) == ['train.py::TrainFlow: 3/4 steps, "retrain" never ran']


def test_a_flow_can_be_held_to_all_of_its_steps_or_to_none(project: Project) -> None:
    project.write("train.py", SWITCH.format(name="TrainFlow", way="keep"))
    project.write("other.py", SWITCH.format(name="OtherFlow", way="keep"))
    where = "tool.pytest_metaflow.flows"
    project.write(
        "pyproject.toml",
        f'[{where}.TrainFlow.contracts]\nstep-coverage = "error"\n'
        f'[{where}.OtherFlow.contracts]\nstep-coverage = "off"\n',
    )
    outcome = project.run()
    assert (outcome.exit_code, steps_section(outcome)) == (
        1,
        [
            'train.py::TrainFlow: 3/4 steps, "retrain" never ran',
            "FAIL train.py::TrainFlow: not all steps ran, and step-coverage is an error",
        ],
    )


def test_all_cases_of_a_flow_count_together() -> None:
    small = Ran("flows/train.py::TrainFlow[small]", True, ("start", "keep", "end"), ("retrain", "tell"))
    large = Ran("flows/train.py::TrainFlow[large]", True, ("start", "retrain", "end"), ("keep", "tell"))
    assert list(lines(coverage([small, large]))) == ['flows/train.py::TrainFlow: 4/5 steps, "tell" never ran']


def test_nothing_is_said_of_a_flow_whose_steps_are_not_known_or_that_never_passed() -> None:
    passed = Ran("train.py::TrainFlow[small]", True, ("start", "end"), ("retrain",))
    killed = Ran("train.py::TrainFlow[large]", False, None)
    failed = Ran("other.py::OtherFlow", False, ("start",), ("end",))
    assert coverage([passed, killed, failed]) == []


def test_a_wrong_percentage_is_a_usage_error(project: Project) -> None:
    outcome = project.run("-o", "metaflow_step_coverage=101")
    message = "metaflow_step_coverage must be a percentage above 0, up to 100, not '101'"
    assert (outcome.exit_code, outcome.output.strip()) == (4, f"ERROR: {message}")
