"""Options and settings: a wrong one is one clear line and exit code 4."""

from __future__ import annotations

import pytest

from tests.pytest_metaflow.projects import Project

WHERE = "tool.pytest_metaflow.flows.TrainFlow"


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--metaflow-timeout=soon", "metaflow_timeout must be a positive number of seconds, not 'soon'"),
        ("--metaflow-timeout=0", "metaflow_timeout must be a positive number of seconds, not '0'"),
        ("--metaflow-param=alpha=1", "--metaflow-param must look like Flow.name=value, not 'alpha=1'"),
        (
            "--metaflow-param=TrainFlow.alpha",
            "--metaflow-param must look like Flow.name=value, not 'TrainFlow.alpha'",
        ),
    ],
)
def test_a_wrong_option_is_a_usage_error(project: Project, option: str, message: str) -> None:
    outcome = project.run(option)
    assert (outcome.exit_code, outcome.output.strip()) == (4, f"ERROR: {message}")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "metaflow_missing_test_mode = ignore",
            "metaflow_missing_test_mode must be fail or skip or run, not 'ignore'",
        ),
        ("metaflow_missing_packages = run", "metaflow_missing_packages must be fail or skip, not 'run'"),
        ("metaflow_cwd = here", "metaflow_cwd must be root or flow, not 'here'"),
        ("metaflow_timout = 3", '{ini}: unknown key metaflow_timout (did you mean "metaflow_timeout"?)'),
    ],
)
def test_a_wrong_ini_value_is_a_usage_error(project: Project, line: str, message: str) -> None:
    ini = project.write("pytest.ini", f"[pytest]\n{line}")
    outcome = project.run()
    assert (outcome.exit_code, outcome.output.strip()) == (4, f"ERROR: {message.format(ini=ini)}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"[{WHERE}]\ntimout = 3", f'{WHERE}.timout: unknown key (did you mean "timeout"?)'),
        (
            "[tool.pytest_metaflow]\nflow = {}",
            'tool.pytest_metaflow.flow: unknown key (did you mean "flows"?)',
        ),
        (f'[{WHERE}]\ntimeout = "3"', f"{WHERE}.timeout: expected a positive number of seconds, got '3'"),
        (f"[{WHERE}]\nparameters = 3", f"{WHERE}.parameters: expected a table, got 3"),
        (f"[{WHERE}]\nenvironment = {{ A = 1 }}", f"{WHERE}.environment.A: expected a string, got 1"),
        (f"[{WHERE}]\nsecrets = {{ db = 'x' }}", f"{WHERE}.secrets.db: expected a table, got 'x'"),
        (f'[{WHERE}]\nproducers = "A"', f"{WHERE}.producers: expected a list of flows, got 'A'"),
        (f"[{WHERE}]\nproducers = [1]", f"{WHERE}.producers: expected the name of a flow, got 1"),
        (
            f"[{WHERE}]\ntrigger = {{ timestamp = 'x' }}",
            f"{WHERE}.trigger.timestamp: expected a number, got 'x'",
        ),
        (
            "[tool.pytest_metaflow.flows.'a.py::TrainFlow']\ntimeout = -1",
            (
                'tool.pytest_metaflow.flows."a.py::TrainFlow".timeout: '
                "expected a positive number of seconds, got -1"
            ),
        ),
    ],
)
def test_a_wrong_setting_of_a_flow_names_file_and_key(project: Project, text: str, message: str) -> None:
    project.write("pytest.ini", "[pytest]")
    file = project.write("pyproject.toml", text)
    outcome = project.run()
    assert (outcome.exit_code, outcome.output.strip()) == (4, f"ERROR: {file}: {message}")


def test_broken_toml_names_the_file(project: Project) -> None:
    project.write("pytest.ini", "[pytest]")
    file = project.write("pyproject.toml", "[tool")
    outcome = project.run()
    assert outcome.exit_code == 4
    assert outcome.output.startswith(f"ERROR: {file}: ")
    assert len(outcome.output.strip().splitlines()) == 1


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "with two workers"])
def test_a_parameter_of_a_flow_that_is_not_there_is_a_usage_error(
    project: Project, workers: list[str]
) -> None:
    project.flow("train.py", "TrainFlow")
    outcome = project.run("--metaflow-param=TrainFlo.alpha=1", *workers)
    assert outcome.exit_code == 4
    message = 'ERROR: --metaflow-param: there is no flow TrainFlo (did you mean "TrainFlow"?)'
    assert outcome.output.strip().endswith(message)


def test_the_command_line_goes_before_the_ini_file(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nmetaflow_timeout = 5\nmetaflow_missing_test_mode = run")
    header = "metaflow: cold engine, timeout {} s, missing test mode: {}"
    assert header.format(5, "run") in project.run("--collect-only").output
    options = ("--metaflow-timeout=7.5", "--metaflow-missing-test-mode=skip")
    assert header.format(7.5, "skip") in project.run("--collect-only", *options).output


def test_without_the_option_settings_are_not_read(project: Project) -> None:
    project.write("pytest.ini", "[pytest]")
    project.write("pyproject.toml", "[tool.pytest_metaflow]\nnonsense = 1")
    outcome = project.run_plain()
    assert outcome.exit_code == 5
    assert "metaflow:" not in outcome.output
