"""A function of the user's runs in each task before its step."""

from __future__ import annotations

import re

import pytest

from tests.pytest_metaflow.projects import Project

pytestmark = pytest.mark.slow

SESSION = "[pytest]\nmetaflow_task_setup = tests.fakes:patch\n"


def write(project: Project, fakes: str, ini: str = SESSION) -> None:
    project.write("tests/fakes.py", fakes)
    project.write("pytest.ini", ini)


def test_it_patches_libraries_and_the_flows_own_module_in_every_task(project: Project) -> None:
    write(
        project,
        """
        import sys, platform
        from tests.data import ANSWER
        import rows

        def patch(flow: str, step: str, task: str) -> None:
            platform.node = lambda: f"{flow} {step} {task} {ANSWER} {rows.WHOSE}"
            sys.modules["__main__"].connect = lambda: "a fake connection"
        """,
    )
    project.write("tests/data.py", "ANSWER = 42")
    project.write("rows.py", "WHOSE = 'the root directory'")
    project.write("flows/rows.py", "WHOSE = 'the flow'")
    project.write("flows/train.py", FAN)
    outcome = project.run()
    assert outcome.outcomes == {"TrainFlow": "passed"}, outcome.output
    assert outcome.items["TrainFlow"].properties["metaflow_tasks"] == "start 1, fit 2, join 1, end 1"
    assert re.search(r"^metaflow: .*, task setup: tests\.fakes:patch$", outcome.output, re.MULTILINE)


FAN = """
import sys
from metaflow import FlowSpec, Parameter, step


def connect():
    raise OSError


class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
        import platform, rows
        assert platform.node() == "TrainFlow start 1 42 the flow", platform.node()
        assert connect() == "a fake connection"
        assert not any(path.endswith("project") for path in sys.path), sys.path
        self.items = [1, 2]
        self.next(self.fit, foreach="items")

    @step
    def fit(self):
        import platform
        assert platform.node().startswith(f"TrainFlow fit {1 + self.input} "), platform.node()
        assert connect()
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TrainFlow()
"""


def test_a_flow_names_its_own_or_none(project: Project) -> None:
    write(project, "def patch(**task):\n    print('prepared by', __name__)")
    project.write("flows/special.py", "def patch(**task):\n    raise LookupError('special')")
    for name in ("First", "Second", "Third"):
        project.flow(f"flows/{name.lower()}.py", f"{name}Flow", "1 / 0")
    project.write(
        "pyproject.toml",
        """
        [tool.pytest_metaflow.flows.SecondFlow]
        task-setup = "special:patch"
        [tool.pytest_metaflow.flows.ThirdFlow]
        task-setup = ""
        """,
    )
    items = project.run().items
    assert "prepared by tests.fakes" in items["FirstFlow"].text
    assert items["SecondFlow"].message == (
        "TaskSetupError: metaflow_task_setup: special:patch raised LookupError: special (step start)"
    )
    assert "prepared by" not in items["ThirdFlow"].text
    assert items["ThirdFlow"].message == "ZeroDivisionError: division by zero (step start)"


CATCHING = """
from metaflow import FlowSpec, Parameter, catch, step


class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @catch(var="problem")
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TrainFlow()
"""


def test_what_it_raises_fails_the_flow_at_its_line_and_no_catch_helps(project: Project) -> None:
    write(project, "def patch(flow, step, task):\n    if step == 'start':\n        raise OSError('no table')")
    project.write("train.py", CATCHING)
    item = project.run().items["TrainFlow"]
    assert item.message == (
        "TaskSetupError: metaflow_task_setup: tests.fakes:patch raised OSError: no table (step start)"
    )
    assert "tests/fakes.py:3: in patch\n    raise OSError('no table')\nE   OSError: no table\n" in item.text


BROKEN = {
    "Module": ("tests.missing:patch", "no module named tests.missing in {root}"),
    "Package": ("nowhere:patch", "no module named nowhere in {root}"),
    "Import": (
        "tests.importing:patch",
        "the import of tests.importing raised ModuleNotFoundError: No module named 'fakesno'",
    ),
    "Function": ("tests.fakes:path", "tests.fakes has no function path"),
    "Number": ("tests.fakes:number", "tests.fakes:number is no function"),
    "Signature": (
        "tests.fakes:patch",
        "tests.fakes:patch is called with flow=, step= and task=: got an unexpected keyword argument 'flow'",
    ),
}
"""Name of a flow -> its `task-setup`, and what its failure says of it."""


@pytest.mark.slow
def test_what_cannot_be_called_is_named(project: Project) -> None:
    write(project, "number = 1\ndef patch(): ...", "[pytest]")
    project.write("tests/importing.py", "import fakesno")
    table = '[tool.pytest_metaflow.flows.{}Flow]\ntask-setup = "{}"\n'
    project.write("pyproject.toml", "".join(table.format(name, BROKEN[name][0]) for name in BROKEN))
    for name in BROKEN:
        project.flow(f"{name.lower()}.py", f"{name}Flow")
    outcome = project.run()
    assert {name: item.message for name, item in outcome.items.items()} == {
        f"{name}Flow": f"TaskSetupError: metaflow_task_setup: {said.format(root=project.root)} (step start)"
        for name, (_, said) in BROKEN.items()
    }
    assert "importing.py:1: in <module>\n    import fakesno\n" in outcome.items["ImportFlow"].text


def test_a_malformed_value_ends_pytest_with_one_line(project: Project) -> None:
    project.flow("train.py", "TrainFlow")
    project.write("pytest.ini", "[pytest]\nmetaflow_task_setup = tests.fakes")
    outcome = project.run()
    assert outcome.exit_code == 4
    assert (
        "ERROR: metaflow_task_setup must look like \"module:function\", not 'tests.fakes'\n" in outcome.output
    )
    project.write("pytest.ini", "[pytest]")
    project.write("pyproject.toml", '[tool.pytest_metaflow.flows.TrainFlow]\ntask-setup = "a b:c"')
    outcome = project.run()
    assert outcome.exit_code == 4
    assert "TrainFlow.task-setup: must look like \"module:function\", not 'a b:c'\n" in outcome.output
