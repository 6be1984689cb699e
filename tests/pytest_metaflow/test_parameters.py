"""What a run is given: test mode, parameters and Configs."""

from __future__ import annotations

import os

from tests.pytest_metaflow.projects import Project

FLOW = """
from metaflow import Config, FlowSpec, IncludeFile, JSONType, Parameter, step


class TrainFlow(FlowSpec):
    {declarations}

    @step
    def start(self):
        {check}
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TrainFlow()
"""

TEST_MODE = 'test_mode = Parameter("test-mode", type=bool, default=False)'


def write(project: Project, check: str, *declarations: str, test_mode: str = TEST_MODE) -> None:
    project.write(
        "train.py", FLOW.format(declarations="\n    ".join([test_mode, *declarations]), check=check)
    )


def test_the_test_mode_parameter_is_true(project: Project) -> None:
    write(project, "assert self.test_mode is True")
    assert project.run().outcomes == {"TrainFlow": "passed"}


def test_the_test_mode_parameter_has_the_name_that_mflint_is_told(project: Project) -> None:
    write(
        project, "assert self.dry is True", test_mode='dry = Parameter("dry_run", type=bool, default=False)'
    )
    project.write("pyproject.toml", '[tool.mflint]\ntest-mode-parameter = "dry-run"')
    assert project.run().outcomes == {"TrainFlow": "passed"}


def test_a_value_given_for_the_test_mode_parameter_holds(project: Project) -> None:
    write(project, "assert self.test_mode is False")
    assert project.run("--metaflow-param=TrainFlow.test_mode=False").outcomes == {"TrainFlow": "passed"}


def test_a_flow_without_test_mode_fails_and_says_what_to_add(project: Project) -> None:
    write(project, "pass", test_mode="pass")
    item = project.run().items["TrainFlow"]
    assert item.outcome == "failed"
    assert item.message == 'TrainFlow has no parameter "test-mode", so a run of it would be a real one'
    lines = item.text.splitlines()
    assert lines[8].strip("-") == " to repeat "
    assert [*lines[:8], *lines[9:]] == [
        'TrainFlow has no parameter "test-mode", so a run of it would be a real one.',
        "Add it to the class, and let the steps do little where it is set:",
        "",
        '    test_mode = Parameter("test-mode", type=bool, default=True, help="Use little data.")',
        "",
        "To run it as it is: --metaflow-missing-test-mode=run",
        "",
        'train.py:4: TrainFlow has no parameter "test-mode", so a run of it would be a real one',
        "pytest --metaflow-flows train.py::TrainFlow",
    ]


def test_a_flow_without_test_mode_is_skipped_where_that_is_asked_for(project: Project) -> None:
    write(project, "pass", test_mode="pass")
    item = project.run("--metaflow-missing-test-mode=skip").items["TrainFlow"]
    assert (item.outcome, item.message) == ("skipped", "TrainFlow has no parameter test-mode")


def test_a_flow_without_test_mode_runs_where_that_is_asked_for_and_the_report_says_so(
    project: Project,
) -> None:
    write(project, "pass", test_mode="pass")
    project.write("pytest.ini", "[pytest]\nmetaflow_missing_test_mode = run")
    outcome = project.run()
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert outcome.flows_section == ["train.py::TrainFlow: ran without a test mode"]


def test_a_mixin_from_elsewhere_may_hold_the_test_mode_parameter(project: Project) -> None:
    source = FLOW.format(declarations="pass", check="assert self.test_mode is True")
    project.write(
        "train.py", f"from company import Mixin\n{source.replace('(FlowSpec)', '(Mixin, FlowSpec)')}"
    )
    elsewhere = project.root.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "company.py").write_text(f"from metaflow import Parameter\nclass Mixin:\n    {TEST_MODE}\n")
    env = {"PYTHONPATH": os.pathsep.join([str(elsewhere), os.environ.get("PYTHONPATH", "")])}
    item = project.run(env=env).items["TrainFlow"]
    assert item.message.startswith('Whether TrainFlow has a parameter "test-mode" cannot be seen: ')
    project.write(
        "pyproject.toml", "[tool.pytest_metaflow.flows.TrainFlow]\nparameters = { test-mode = true }"
    )
    assert project.run(env=env).outcomes == {"TrainFlow": "passed"}


def test_parameters_of_every_type_reach_the_flow(project: Project) -> None:
    write(
        project,
        "assert (self.n, self.x, self.text) == (-3, 0.5, '--a b')\n"
        "        assert (self.flag, self.data) == (False, {'k': [1, True]})",
        'n = Parameter("n", type=int)',
        'x = Parameter("x", type=float)',
        'text = Parameter("text")',
        'flag = Parameter("flag", type=bool)',
        'data = Parameter("data", type=JSONType)',
    )
    project.write(
        "pyproject.toml",
        """
        [tool.pytest_metaflow.flows.TrainFlow.parameters]
        n = -3
        x = 0.5
        text = "--a b"
        flag = false
        data = { k = [1, true] }
        """,
    )
    assert project.run().outcomes == {"TrainFlow": "passed"}


def test_the_command_line_goes_before_the_path_and_the_path_before_the_name(project: Project) -> None:
    write(
        project,
        "assert (self.a, self.b, self.c_c) == (3, 2, 1)",
        'a = Parameter("a", type=int)',
        'b = Parameter("b", type=int)',
        'c_c = Parameter("c-c", type=int)',
    )
    project.write(
        "pyproject.toml",
        """
        [tool.pytest_metaflow.flows.TrainFlow]
        parameters = { a = 1, b = 1, c_c = 1 }
        [tool.pytest_metaflow.flows."train.py::TrainFlow"]
        parameters = { a = 2, b = 2 }
        [tool.pytest_metaflow.flows."other.py::TrainFlow"]
        parameters = { a = 9, b = 9 }
        """,
    )
    outcome = project.run("--metaflow-param", "TrainFlow.a=3")
    assert outcome.outcomes == {"TrainFlow": "passed"}


def test_settings_stand_in_pyproject_even_beside_a_pytest_ini(project: Project) -> None:
    write(project, "assert self.a == 1", 'a = Parameter("a", type=int)')
    project.write("pytest.ini", "[pytest]")
    project.write("pyproject.toml", "[tool.pytest_metaflow.flows.TrainFlow]\nparameters = { a = 1 }")
    assert project.run().outcomes == {"TrainFlow": "passed"}


def test_a_required_parameter_without_value_fails_before_anything_runs(project: Project) -> None:
    write(project, "pass", 'rows = Parameter("rows", type=int, required=True)')
    item = project.run().items["TrainFlow"]
    assert "metaflow_run" not in item.properties
    assert item.text.splitlines()[:8] == [
        'TrainFlow needs a value for its parameter "rows". Give one on the command line:',
        "",
        "    --metaflow-param TrainFlow.rows=VALUE",
        "",
        "or in pyproject.toml:",
        "",
        "    [tool.pytest_metaflow.flows.TrainFlow]",
        "    parameters = { rows = VALUE }",
    ]


def test_a_name_that_is_no_parameter_fails_with_a_suggestion(project: Project) -> None:
    write(project, "pass", 'rows = Parameter("rows", type=int, default=1)')
    item = project.run("--metaflow-param=TrainFlow.row=1").items["TrainFlow"]
    assert item.message == 'TrainFlow has no parameter "row" (did you mean "rows"?)'


def test_a_config_is_given_as_a_path_or_as_a_table(project: Project) -> None:
    write(
        project,
        "assert (self.first.n, self.second.n) == (1, 2)",
        'first = Config("first")',
        'second = Config("second")',
    )
    project.write("first.json", '{"n": 1}')
    project.write(
        "pyproject.toml",
        '[tool.pytest_metaflow.flows.TrainFlow]\nparameters = { first = "first.json", second = { n = 2 } }',
    )
    assert project.run().outcomes == {"TrainFlow": "passed"}


def test_a_value_that_metaflow_rejects_shows_its_message(project: Project) -> None:
    write(project, "pass", 'rows = Parameter("rows", type=int, default=1)')
    item = project.run("--metaflow-param=TrainFlow.rows=many").items["TrainFlow"]
    assert item.message == "Error: Invalid value for '--rows': many is not a valid integer"
