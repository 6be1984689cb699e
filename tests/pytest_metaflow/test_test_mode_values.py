"""Test modes whose value is not True."""

from __future__ import annotations

import pytest

from tests.pytest_metaflow.projects import Outcome, Project

pytestmark = pytest.mark.slow

FLOW = """
from metaflow import FlowSpec, Parameter, step

KIND = int


class {name}(FlowSpec):
    test_mode = Parameter("test-mode", {declared})

    @step
    def start(self):
        raise ValueError(repr(self.test_mode))
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    {name}()
"""

DECLARED = {
    "WordFlow": 'default="off"',
    "NumberFlow": "type=int, default=0",
    "DefaultFlow": "default=0.5",
    "TextFlow": 'type=str, default="False"',
    "ComputedFlow": "type=KIND, default=0",
    "BoolFlow": "default=True",
}


def write(project: Project) -> None:
    for name, declared in DECLARED.items():
        project.write(f"{name.lower()}.py", FLOW.format(name=name, declared=declared))


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One session without a value of all test modes, in which two flows have their own."""
    root = tmp_path_factory.mktemp("values") / "project"
    root.mkdir()
    project = Project(root)
    write(project)
    project.write(
        "pyproject.toml",
        """
        [tool.pytest_metaflow.flows]
        WordFlow.cases = [
            { id = "none" },
            { id = "on", parameters = { test-mode = "small" } },
            { id = "off", parameters = { test_mode = "off" } },
        ]
        BoolFlow.cases = [{ id = "true" }, { id = "false", parameters = { test-mode = false } }]
        """,
    )
    return project.run()


@pytest.mark.parametrize("item", ["WordFlow[none]", "NumberFlow", "DefaultFlow"])
def test_a_test_mode_that_is_no_bool_needs_a_value(outcome: Outcome, item: str) -> None:
    flow = item.partition("[")[0]
    found = outcome.items[item]
    message = f'The test mode of {flow} is no bool: its parameter "test-mode" needs a value of its own'
    assert (found.outcome, found.message) == ("failed", message)
    assert found.text.splitlines()[:6] == [
        f"{message}.",
        "Give it in pyproject.toml:",
        "",
        f"    [tool.pytest_metaflow.flows.{flow}]",
        "    parameters = { test-mode = VALUE }",
        "",
    ]


@pytest.mark.parametrize(
    ("item", "value"),
    [("WordFlow[on]", "'small'"), ("TextFlow", "'True'"), ("BoolFlow[true]", "True")],
)
def test_a_value_is_passed_on(outcome: Outcome, item: str, value: str) -> None:
    assert outcome.items[item].message == f"ValueError: {value} (step start)"
    assert "metaflow_without_test_mode" not in outcome.items[item].properties


@pytest.mark.parametrize(("item", "value"), [("WordFlow[off]", "'off'"), ("BoolFlow[false]", "False")])
def test_a_run_whose_test_mode_is_off_is_said_to_have_none(outcome: Outcome, item: str, value: str) -> None:
    assert outcome.items[item].message == f"ValueError: {value} (step start)"
    path = f"{item.partition('[')[0].lower()}.py"
    assert f"{path}::{item}: ran without a test mode" in outcome.flows_section


def test_metaflows_refusal_of_true_comes_with_a_hint(outcome: Outcome) -> None:
    item = outcome.items["ComputedFlow"]
    assert "is not a valid integer" in item.message
    hint = "hint: If test-mode is the flow's test mode, metaflow_test_mode_value says what switches it on."
    assert hint in item.text


def test_all_test_modes_that_are_no_bools_can_have_one_value(project: Project) -> None:
    write(project)
    project.write("pytest.ini", "[pytest]\nmetaflow_test_mode_value = 1")
    outcome = project.run("-k", "Number or Word or Bool or Computed")
    assert {name: item.message for name, item in outcome.items.items()} == {
        "BoolFlow": "ValueError: True (step start)",
        "ComputedFlow": "ValueError: 1 (step start)",
        "NumberFlow": "ValueError: 1 (step start)",
        "WordFlow": "ValueError: '1' (step start)",
    }
