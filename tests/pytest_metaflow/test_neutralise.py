"""Remote decorators become local."""

from __future__ import annotations

import os
import re

import pytest

from tests.pytest_metaflow.projects import Project

FLOW = """
import os, time
from metaflow import *


{flow_decorators}
class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    {step_decorators}
    @step
    def start(self):
        {body}
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TrainFlow()
"""


def write(project: Project, flow: str = "", step: str = "", body: str = "pass") -> None:
    project.write(
        "train.py",
        FLOW.format(
            flow_decorators=flow,
            step_decorators=step.replace("\n", "\n    "),
            body=body.replace("\n", "\n        "),
        ),
    )


def test_compute_environments_and_schedules_become_local_and_are_named(project: Project) -> None:
    write(
        project,
        flow='@schedule(cron="0 0 * * ? *")\n@conda_base(packages={"pytest": "0.1"})',
        step='@kubernetes(memory=64000, image="x")\n@pypi(packages={"metaflow": "1.0"})\n@retry(times=3)',
    )
    outcome = project.run()
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert outcome.items["TrainFlow"].properties["metaflow_tasks"] == "start 1, end 1"
    assert outcome.flows_section[0] == (
        "train.py::TrainFlow: made local: "
        "@conda_base, @schedule, @retry (start), @pypi (start), @kubernetes (start)"
    )


def test_batch_conda_and_pypi_base_become_local_too(project: Project) -> None:
    write(project, flow="@pypi_base(packages={})", step="@batch(gpu=8)\n@conda(libraries={})")
    outcome = project.run()
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert outcome.flows_section == [
        "train.py::TrainFlow: made local: @pypi_base, @conda (start), @batch (start)"
    ]


def test_a_wrong_attribute_still_fails_at_its_line(project: Project) -> None:
    write(project, step="@kubernetes(memroy=1)")
    item = project.run().items["TrainFlow"]
    assert item.message.startswith(
        "InvalidDecoratorAttribute: Decorator 'kubernetes' does not support the attribute 'memroy'."
    )
    assert re.search(r"^train\.py:\d+: in TrainFlow$", item.text, re.MULTILINE)


def test_too_many_retries_still_fail(project: Project) -> None:
    write(project, step="@retry(times=9)")
    item = project.run().items["TrainFlow"]
    assert item.message == "The maximum number of retries is @retry(times=4)."


def test_a_failing_step_is_not_retried(project: Project) -> None:
    write(project, step="@retry(times=3)", body="open('attempts', 'a').write('x')\nraise ValueError")
    assert project.run().outcomes == {"TrainFlow": "failed"}
    assert (project.root / "attempts").read_text() == "x"


@pytest.mark.slow
def test_a_failing_step_is_retried_where_that_is_asked_for(project: Project) -> None:
    body = "open('attempts', 'a').write('x')\nassert current.retry_count == 2"
    write(project, step="@retry(times=3, minutes_between_retries=0)", body=body)
    project.write("pytest.ini", "[pytest]\nmetaflow_retries = true")
    outcome = project.run()
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert outcome.flows_section == []
    assert (project.root / "attempts").read_text() == "xxx"


def test_exit_hooks_are_not_called(project: Project) -> None:
    hook = "def tell(run):\n    open('told', 'w').close()\n\n@exit_hook(on_success=[tell], on_error=[tell])"
    write(project, flow=hook)
    outcome = project.run()
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert outcome.flows_section == ["train.py::TrainFlow: made local: @exit_hook"]
    assert not (project.root / "told").exists()


def test_an_exit_hook_without_functions_still_fails(project: Project) -> None:
    write(project, flow="@exit_hook(options={})")
    item = project.run().items["TrainFlow"]
    assert item.message == "Choose at least one of the options on_success/on_error"


def test_secrets_come_from_the_settings(project: Project) -> None:
    write(
        project,
        step='@secrets(sources=["aws-secrets-manager.db", "token",\n'
        '    {"type": "inline", "id": "x", "options": {"env_vars": {"C": "3"}}}])',
        body="assert (os.environ['A'], os.environ['B'], os.environ['C']) == ('1', '2', '3')\n"
        "assert get_secret('token') == {'B': '2'}",
    )
    file = project.root / "train.py"
    file.write_text(
        file.read_text().replace("import *", "import *\nfrom metaflow.plugins.secrets import get_secret", 1)
    )
    project.write(
        "pyproject.toml",
        """
        [tool.pytest_metaflow.flows.TrainFlow.secrets]
        "aws-secrets-manager.db" = { A = "1" }
        token = { B = "2" }
        """,
    )
    outcome = project.run()
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert outcome.flows_section == ["train.py::TrainFlow: made local: @secrets (start)"]


def test_a_secret_without_value_fails_before_any_task_and_says_what_to_add(project: Project) -> None:
    write(project, step='@secrets(sources=["gcp-secret-manager.db"])')
    item = project.run().items["TrainFlow"]
    assert "metaflow_run" not in item.properties
    assert item.text.splitlines()[:5] == [
        "Secret 'db' (gcp-secret-manager) has no value for tests.",
        "Add it to pyproject.toml:",
        "",
        "[tool.pytest_metaflow.flows.TrainFlow.secrets]",
        '"db" = { SECRET_DB = "value" }',
    ]


def test_the_event_of_the_settings_is_the_trigger(project: Project) -> None:
    check = "assert (current.trigger.event.name, current.trigger.event.id) == ('data_ready', '7')"
    write(project, flow='@trigger(event="data_ready")', body=check)
    project.write("pyproject.toml", '[tool.pytest_metaflow.flows.TrainFlow]\ntrigger = { id = "7" }')
    outcome = project.run()
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert outcome.flows_section == ["train.py::TrainFlow: made local: @trigger"]


@pytest.mark.slow
def test_without_an_event_there_is_no_trigger_and_a_wrong_one_still_fails(project: Project) -> None:
    write(project, flow='@trigger_on_finish(flow="OtherFlow")', body="assert not hasattr(current, 'trigger')")
    assert project.run().outcomes == {"TrainFlow": "passed"}
    write(project, flow="@trigger(events=['a', 'a'])")
    assert project.run().items["TrainFlow"].message == (
        "Duplicate event names defined in @trigger decorator."
    )


def test_local_decorators_stay_real(project: Project) -> None:
    write(
        project,
        flow='@project(name="company")',
        step='@card\n@catch(var="problem")\n@environment(vars={"A": "1"})\n'
        "@timeout(seconds=30)\n@resources(memory=1)",
        body="assert os.environ['A'] == '1' and current.project_name == 'company'\n"
        "raise ValueError('caught')",
    )
    project.write("pyproject.toml", '[tool.pytest_metaflow.contracts]\ntest-mode = "off"\ncaught = "off"')
    outcome = project.run()
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert "problem" in outcome.items["TrainFlow"].properties["metaflow_artifacts"]
    assert outcome.flows_section == []


EXTENSION = """
from metaflow.plugins.kubernetes.kubernetes_decorator import KubernetesDecorator
from metaflow.decorators import StepDecorator

class CompanyKubernetes(KubernetesDecorator):
    defaults = {**KubernetesDecorator.defaults, "team": None}

class SlurmDecorator(StepDecorator):
    name = "slurm"

    def runtime_step_cli(self, cli_args, *args):
        cli_args.commands = ["slurm", "step"]
"""
"""Extension of a company: replaces one decorator of Metaflow and adds one that is unknown here."""


def extend(project: Project) -> dict[str, str]:
    folder = "site/metaflow_extensions/zzz_company/plugins"
    project.write(f"{folder}/decorators.py", EXTENSION)
    project.write(
        f"{folder}/mfextinit_zzz_company.py",
        """
        STEP_DECORATORS_DESC = [
            ("kubernetes", ".decorators.CompanyKubernetes"),
            ("slurm", ".decorators.SlurmDecorator"),
        ]
        """,
    )
    return {"PYTHONPATH": os.pathsep.join([str(project.root / "site"), os.environ.get("PYTHONPATH", "")])}


def test_a_decorator_that_an_extension_replaced_becomes_local_with_its_own_attributes(
    project: Project,
) -> None:
    env = extend(project)
    write(project, step='@kubernetes(team="ml")')
    outcome = project.run(env=env)
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert outcome.flows_section == ["train.py::TrainFlow: made local: @kubernetes (start)"]


def test_an_unknown_decorator_that_would_leave_the_machine_is_refused_by_name(project: Project) -> None:
    env = extend(project)
    write(project, step="@slurm\n@timeout(seconds=30)")
    item = project.run(env=env).items["TrainFlow"]
    assert item.outcome == "failed"
    assert item.message.startswith("@slurm on step start would start its task as `")
    assert item.message.endswith(
        "outside of this Python. A test run starts every task on this machine: "
        "use @slurm only outside of test mode."
    )
