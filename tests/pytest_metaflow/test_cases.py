"""Flows that run in several cases."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from pytest_metaflow.settings import SettingsError, load
from tests.pytest_metaflow.projects import Project

pytestmark = pytest.mark.slow

WHERE = "tool.pytest_metaflow.flows.TrainFlow"

CASES = """
[tool.pytest_metaflow.flows.TrainFlow]
parameters = { rows = 1, size = 1 }
environment = { STAGE = "flow", PLACE = "flow" }

[[tool.pytest_metaflow.flows.TrainFlow.cases]]
id = "small"
parameters = { want = "1 1 flow flow" }

[[tool.pytest_metaflow.flows.TrainFlow.cases]]
id = "large v1.2"
parameters = { Rows = 50, want = "50 1 case flow" }
environment = { STAGE = "case" }
"""

FLOW = """
import os
from metaflow import FlowSpec, Parameter, step


class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)
    rows = Parameter("rows", type=int, default=0)
    size = Parameter("size", type=int, default=0)
    want = Parameter("want", type=str, default="")

    @step
    def start(self):
        seen = f"{self.rows} {self.size} {os.environ['STAGE']} {os.environ['PLACE']}"
        assert seen == self.want, seen
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TrainFlow()
"""


@pytest.fixture
def cases(project: Project) -> Project:
    """A flow with two cases, beside a flow that has none."""
    project.write("flows/train.py", FLOW)
    project.flow("flows/other.py", "OtherFlow")
    project.write("pyproject.toml", CASES)
    return project


SMALL = "flows/train.py::TrainFlow[small]"
LARGE = "flows/train.py::TrainFlow[large v1.2]"


@pytest.mark.parametrize(
    ("args", "collected"),
    [
        ((), ["flows/other.py::OtherFlow", SMALL, LARGE]),
        (("flows/train.py::TrainFlow",), [SMALL, LARGE]),
        ((LARGE,), [LARGE]),
        (("-k", "small"), [SMALL]),
    ],
    ids=["all", "of-a-flow", "by-name", "by-keyword"],
)
def test_each_case_is_an_item_in_place_of_the_flow(
    cases: Project, args: tuple[str, ...], collected: list[str]
) -> None:
    assert cases.run("--collect-only", "-q", *args).collected == collected


def test_a_case_has_its_values_above_those_of_the_flow(cases: Project) -> None:
    outcome = cases.run("flows/train.py")
    assert outcome.outcomes == {"TrainFlow[small]": "passed", "TrainFlow[large v1.2]": "passed"}


@pytest.mark.slow
def test_the_command_line_goes_above_cases_and_what_it_says_of_one_above_what_it_says_of_all(
    cases: Project,
) -> None:
    given = (
        "--metaflow-param=TrainFlow[large v1.2].want=9 8 case flow",
        "--metaflow-param=TrainFlow[large v1.2].rows=9",
        "--metaflow-param=TrainFlow.rows=7",
        "--metaflow-param=TrainFlow.size=8",
    )
    outcome = cases.run("flows/train.py", *given)
    assert outcome.outcomes == {"TrainFlow[small]": "failed", "TrainFlow[large v1.2]": "passed"}
    assert outcome.items["TrainFlow[small]"].message == "AssertionError: 7 8 flow flow (step start)"
    command = outcome.items["TrainFlow[small]"].text.splitlines()[-1]
    assert command == shlex.join(["pytest", "--metaflow-flows", *given[2:], SMALL])
    assert cases.run("--lf", "--collect-only", "-q").collected == [SMALL]


@pytest.mark.slow
def test_a_case_that_is_not_there_cannot_be_given_a_parameter(cases: Project) -> None:
    for workers in ("-n0", "-n1"):
        outcome = cases.run("--metaflow-param=TrainFlow[smal].rows=1", workers)
        assert outcome.exit_code == 4
        said = 'there is no flow TrainFlow[smal] (did you mean "TrainFlow[small]"?)'
        assert f"ERROR: --metaflow-param: {said}" in outcome.output


@pytest.mark.slow
def test_workers_share_the_cases(cases: Project) -> None:
    outcome = cases.run("-n2")
    assert (outcome.exit_code, sorted(outcome.outcomes)) == (
        0,
        ["OtherFlow", "TrainFlow[large v1.2]", "TrainFlow[small]"],
    )


def test_a_case_of_a_flow_that_nothing_starts_fails_and_says_what_to_add(cases: Project) -> None:
    file = cases.root / "flows/train.py"
    file.write_text(file.read_text().partition("if __name__")[0])
    item = cases.run(SMALL).items["TrainFlow[small]"]
    assert (item.outcome, item.message) == ("failed", "nothing starts TrainFlow")


def test_settings_that_cannot_be_used_end_pytest_with_one_line(cases: Project) -> None:
    cases.write("pyproject.toml", f"[{WHERE}]\ncases = []")
    outcome = cases.run()
    assert (outcome.exit_code, outcome.output.strip()) == (
        4,
        f"ERROR: {cases.root}/pyproject.toml: {WHERE}.cases: expected at least one case",
    )


@pytest.mark.parametrize(
    ("cases", "complaint"),
    [
        ("{ id = 'a' }", "cases: expected a list of tables, got {'id': 'a'}"),
        ("['a']", "cases[0]: expected a table, got 'a'"),
        ("[{ rows = 1 }]", "cases[0].id: a case needs an id"),
        ("[{ id = 1 }]", "cases[0].id: expected a string, got 1"),
        ("[{ id = '' }]", "cases[0].id: expected printable characters without space around them, got ''"),
        (
            '[{ id = "a\\nb" }]',
            "cases[0].id: expected printable characters without space around them, got 'a\\nb'",
        ),
        ("[{ id = 'a::b' }]", 'cases[0].id: expected none of "::", "[" and "]", got \'a::b\''),
        ("[{ id = 'a]' }]", 'cases[0].id: expected none of "::", "[" and "]", got \'a]\''),
        ("[{ id = 'a' }, { id = 'a' }]", "cases[1].id: there is another case 'a'"),
        ("[{ id = 'a', timout = 1 }]", 'cases[0].timout: unknown key (did you mean "timeout"?)'),
        (
            "[{ id = 'a', cases = [] }]",
            (
                "cases[0].cases: unknown key (known: id, parameters, timeout, environment, secrets, trigger, "
                "producers, task-setup, max-foreach, contracts, expect)"
            ),
        ),
        ("[{ id = 'a', timeout = 0 }]", "cases[0].timeout: expected a positive number of seconds, got 0"),
        (
            "[{ id = 'a', max-foreach = 0 }]",
            "cases[0].max-foreach: expected a whole number of at least 1, got 0",
        ),
        ("[{ id = 'a', expect = {} }]", "cases[0].expect: expected a step, an error or both"),
        (
            "[{ id = 'a', expect = { match = 'x' } }]",
            "cases[0].expect: expected a step, an error or both",
        ),
        (
            "[{ id = 'a', expect = { error = 'E', match = '(' } }]",
            (
                "cases[0].expect.match: expected a regular expression: "
                "missing ), unterminated subpattern at position 0"
            ),
        ),
    ],
)
def test_a_wrong_case_is_refused_with_its_place(tmp_path: Path, cases: str, complaint: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(f"[{WHERE}]\ncases = {cases}")
    with pytest.raises(SettingsError) as refused:
        load(tmp_path)
    assert str(refused.value) == f"{file}: {WHERE}.{complaint}"


def test_cases_said_for_the_path_replace_those_said_for_the_name(project: Project) -> None:
    project.flow("a.py", "TrainFlow")
    project.write(
        "pyproject.toml",
        """
        [tool.pytest_metaflow.flows.TrainFlow]
        cases = [{ id = "one" }, { id = "two" }]
        [tool.pytest_metaflow.flows."a.py::TrainFlow"]
        cases = [{ id = "three" }]
        """,
    )
    assert project.run("--collect-only", "-q").collected == ["a.py::TrainFlow[three]"]
