"""What a failing flow shows."""

from __future__ import annotations

import json
import sys

import pytest

from tests.pytest_metaflow.projects import Item, Project

FOREACH = """
from metaflow import FlowSpec, Parameter, step


class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)
    alpha = Parameter("alpha", type=float, default=0.5)

    @step
    def start(self):
        self.models = ["tree", "forest", "swamp", "lake"]
        self.next(self.train, foreach="models")

    @step
    def train(self):
        print("training", self.input)
        self.score = self.fit(self.input)
        self.next(self.join)

    def fit(self, model):
        if model == "swamp":
            raise ValueError(f"cannot fit {model}")
        return 1

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TrainFlow()
"""

WATCH = """
import json
import pytest

@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report):
    if report.failed:
        crash = report.longrepr.reprcrash
        with open("crash.json", "w") as stream:
            json.dump([type(report.longrepr).__name__, crash.path, crash.lineno, crash.message], stream)
"""


def titled(item: Item) -> dict[str, list[str]]:
    """The sections of a failure by title; what stands above them has the title `""`."""
    found: dict[str, list[str]] = {"": []}
    title = ""
    for line in item.text.splitlines():
        if line.startswith("---") and line.strip("-"):
            title = line.strip("- ")
            found[title] = []
        else:
            found[title].append(line)
    return found


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "with two workers"])
def test_a_failing_foreach_task_shows_its_value_and_the_users_line(
    project: Project, workers: list[str]
) -> None:
    file = project.write("flows/train.py", FOREACH)
    project.write("conftest.py", WATCH)
    item = project.run("--metaflow-param=TrainFlow.alpha=0.1", *workers).items["TrainFlow"]
    message = "ValueError: cannot fit swamp (step train, foreach value 'swamp')"
    assert item.message == message
    assert titled(item) == {
        "": [
            "Step train failed in task 4, foreach value 'swamp' (index 2 of 4).",
            "",
            "Parameters: alpha=0.1 test-mode=True",
            "",
            "flows/train.py:16: in train",
            "    self.score = self.fit(self.input)",
            "flows/train.py:21: in fit",
            '    raise ValueError(f"cannot fit {model}")',
            "E   ValueError: cannot fit swamp",
        ],
        "last lines of train, task 4": ["training swamp"],
        "to repeat": [
            "pytest --metaflow-flows --metaflow-param=TrainFlow.alpha=0.1 flows/train.py::TrainFlow",
        ],
    }
    assert json.loads((project.root / "crash.json").read_text()) == [
        "ExceptionChainRepr",
        str(file),
        21,
        message,
    ]


@pytest.mark.slow
def test_nested_foreach_values_are_all_shown(project: Project) -> None:
    text = FOREACH.replace("self.score = self.fit(self.input)", "self.parts = [1, 2]\n        self.step_on()")
    text = text.replace(
        "self.step_on()\n        self.next(self.join)", 'self.next(self.part, foreach="parts")'
    )
    text = text.replace(
        "    def fit",
        "    @step\n    def part(self):\n"
        "        assert (self.foreach_stack()[0][2], self.input) != ('forest', 2)\n"
        "        self.next(self.inner)\n\n"
        "    @step\n    def inner(self, inputs):\n        self.next(self.join)\n\n    def fit",
    )
    project.write("train.py", text)
    item = project.run().items["TrainFlow"]
    assert item.message == "AssertionError (step part, foreach value 'forest' > 2)"
    assert "foreach value 'forest' (index 1 of 4) > 2 (index 1 of 2)" in item.text.partition("\n")[0]


def test_a_chain_of_exceptions_is_shown_from_its_cause(project: Project) -> None:
    project.flow(
        "train.py",
        "TrainFlow",
        "try:\n    {}['k']\nexcept KeyError as error:\n    raise ValueError('wrong') from error",
    )
    assert titled(project.run().items["TrainFlow"])[""][4:] == [
        "train.py:10: in start",
        "    {}['k']",
        "E   KeyError: 'k'",
        "",
        "The above exception was the direct cause of the following exception:",
        "train.py:12: in start",
        "    raise ValueError('wrong') from error",
        "E   ValueError: wrong",
    ]


def test_an_error_in_a_library_is_shown_at_the_users_line(project: Project) -> None:
    project.flow("train.py", "TrainFlow", "import json\njson.loads('{')")
    shown = titled(project.run().items["TrainFlow"])[""][4:]
    assert shown[:2] == ["train.py:10: in start", "    json.loads('{')"]
    assert shown[2].startswith("    (raised in json/decoder.py:")
    assert shown[3].startswith("E   json.decoder.JSONDecodeError: Expecting property name")


@pytest.mark.parametrize(
    ("body", "shown", "hint"),
    [
        ("breakpoint()", ["    breakpoint()"], "E   pytest_metaflow.inside.processes.BreakpointReached: "),
        (
            "import pdb\npdb.set_trace()\nx = 1",
            ["    pdb.set_trace()", "    x = 1"],
            "hint: A debugger asked for input, and nobody can answer it in a task.",
        ),
        (
            "input('name? ')",
            ["    input('name? ')"],
            "hint: The step asked for input, and nobody can answer it in a task.",
        ),
    ],
    ids=["breakpoint", "pdb, which stops at the next line before Python 3.13", "input"],
)
def test_waiting_for_somebody_fails_at_its_line(
    project: Project, body: str, shown: list[str], hint: str
) -> None:
    project.flow("train.py", "TrainFlow", body)
    text = project.run("--metaflow-timeout=60").items["TrainFlow"].text
    assert text.partition(": in start\n")[2].partition("\n")[0] in shown
    assert hint in text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("import sys\nsys.exit(0)", "SystemExit: 0 (step start)"),
        pytest.param(
            "import os\nos._exit(5)",
            "step start ended with exit code 5 and no exception",
            marks=pytest.mark.slow,
        ),
        ("import os\nos.kill(os.getpid(), 9)", "step start was ended by SIGKILL"),
        (
            "self.file = open('train.py')",
            'UnpicklableArtifactException: Cannot pickle dump artifact named "file" (step start)',
        ),
    ],
    ids=["sys.exit(0)", "os._exit(5)", "SIGKILL", "an artifact that cannot be pickled"],
)
def test_a_task_that_ends_early_fails(project: Project, body: str, message: str) -> None:
    project.flow("train.py", "TrainFlow", body)
    assert project.run().items["TrainFlow"].message == message


def test_a_task_that_ends_with_exit_code_zero_in_its_middle_fails(project: Project) -> None:
    project.flow("train.py", "TrainFlow", "import os\nos._exit(0)")
    item = project.run().items["TrainFlow"]
    assert item.message.startswith(
        "Data store error: No completed attempts of the task was found for task 'TrainFlow/"
    )
    assert (
        "hint: The task's process ended with exit code 0 before its step did, as after `os._exit(0)`."
        in item.text
    )


@pytest.mark.parametrize("early", ["import os; os._exit(0)", "import sys; sys.exit()"])
def test_a_module_that_ends_the_process_is_no_success(project: Project, early: str) -> None:
    file = project.flow("train.py", "TrainFlow")
    file.write_text(f"{early}\n{file.read_text()}")
    assert project.run().items["TrainFlow"].message == (
        "the process ended with exit code 0, but no run of TrainFlow took place"
    )


def test_an_import_error_is_shown_at_the_users_line(project: Project) -> None:
    file = project.flow("train.py", "TrainFlow")
    file.write_text(f"import helper\n{file.read_text()}")
    project.write("helper.py", "import no_such_thing")
    item = project.run().items["TrainFlow"]
    assert item.message == "ModuleNotFoundError: No module named 'no_such_thing' (before the first step)"
    assert titled(item)[""][4:] == [
        "train.py:1: in <module>",
        "    import helper",
        "helper.py:1: in <module>",
        "    import no_such_thing",
        "E   ModuleNotFoundError: No module named 'no_such_thing'",
    ]


def test_metaflows_frames_between_the_users_are_left_out(project: Project) -> None:
    project.flow(
        "train.py",
        "TrainFlow",
        """
        from metaflow.util import all_equal
        def numbers():
            yield 1
            raise ValueError("no more")
        all_equal(numbers())
        """,
    )
    assert titled(project.run().items["TrainFlow"])[""][4:] == [
        "train.py:13: in start",
        "    all_equal(numbers())",
        "train.py:12: in numbers",
        '    raise ValueError("no more")',
        "E   ValueError: no more",
    ]


def test_an_error_that_metaflow_wraps_is_shown_at_the_users_line(project: Project) -> None:
    file = project.flow("train.py", "TrainFlow")
    text = file.read_text().replace("    @step", '    x = Parameter("x", default=choose)\n\n    @step', 1)
    file.write_text(f"def choose(context):\n    raise ValueError(context.flow_name)\n\n{text}")
    assert titled(project.run().items["TrainFlow"])[""] == [
        "Metaflow says: Parameter field failed",
        "",
        "When evaluating the field default for the Parameter x, the following exception occurred:",
        "",
        "Parameters: test-mode=True",
        "",
        "train.py:2: in choose",
        "    raise ValueError(context.flow_name)",
        "E   ValueError: TrainFlow",
    ]


def test_a_syntax_error_of_a_helper_is_shown_at_its_line(project: Project) -> None:
    file = project.flow("train.py", "TrainFlow")
    file.write_text(f"import helper\n{file.read_text()}")
    project.write("helper.py", "x = 1\ny = (\n")
    assert titled(project.run().items["TrainFlow"])[""][6:] == [
        "helper.py:2: in <module>",
        "    y = (",
        "E   SyntaxError: '(' was never closed",
    ]


def test_a_fault_of_the_graph_shows_metaflows_own_words_at_the_line(project: Project) -> None:
    file = project.flow("train.py", "TrainFlow")
    file.write_text(file.read_text().replace("self.next(self.end)", "self.next(self.nowhere)"))
    item = project.run().items["TrainFlow"]
    fault = "Step start specifies a self.next() transition to an unknown step, nowhere."
    assert titled(item)[""] == [
        "Metaflow says: Validity checker found an issue",
        "",
        fault,
        "",
        "Parameters: test-mode=True",
        "",
        f"train.py:10: Validity checker found an issue: {fault}",
    ]


def test_a_run_that_another_flow_should_have_made_is_explained(project: Project) -> None:
    project.flow("train.py", "TrainFlow", 'from metaflow import Flow\nFlow("MovieFlow").latest_run')
    item = project.run().items["TrainFlow"]
    text = item.text
    assert list(titled(item)) == ["", "to repeat"]
    assert (
        "hint: MovieFlow has no run in this store. A flow is given runs of those flows of the project that "
        "its source names, or else of those that its setting `producers` does." in text
    )
    assert '\ntrain.py:10: in start\n    Flow("MovieFlow").latest_run\n' in text


@pytest.mark.slow
def test_escape_codes_undecodable_bytes_and_megabytes_do_no_harm(project: Project) -> None:
    project.flow(
        "train.py",
        "TrainFlow",
        r"""
        import sys
        print("y" * 3_000_000)
        print("\n".join(map(str, range(50_000))))
        sys.stdout.buffer.write(b"\xff bytes\n")
        sys.stdout.flush()
        print("\x1b[31mred\x1b[0m \x07bell")
        raise ValueError("\x1b[31mred\x1b[0m")
        """,
    )
    item = project.run().items["TrainFlow"]
    assert item.message == "ValueError: red (step start)"
    assert titled(item)["last lines of start, task 1"][-3:] == ["49999", "\ufffd bytes", "red bell"]
    assert "#x1B" not in item.text


@pytest.mark.slow
def test_when_several_tasks_fail_the_others_are_named(project: Project) -> None:
    text = FOREACH.replace(
        'if model == "swamp"',
        "import time, os\n        open(model, 'w').close()\n"
        "        while not (os.path.exists('swamp') and os.path.exists('lake')): pass\n"
        '        if model in ("swamp", "lake")',
    )
    project.write("train.py", text)
    first = project.run().items["TrainFlow"].text.partition("\n")[0]
    assert first in {
        "Step train failed in task 4, foreach value 'swamp' (index 2 of 4). So did train (task 5).",
        "Step train failed in task 5, foreach value 'lake' (index 3 of 4). So did train (task 4).",
        "Step train failed in task 4, foreach value 'swamp' (index 2 of 4).",
        "Step train failed in task 5, foreach value 'lake' (index 3 of 4).",
    }


PARALLEL = """
from metaflow import FlowSpec, Parameter, current, parallel, step


class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
        self.next(self.train, num_parallel=3)

    @parallel
    @step
    def train(self):
        print("node", current.parallel.node_index)
        assert current.parallel.node_index != 2

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


@pytest.mark.slow
def test_a_task_of_parallel_that_fails_shows_its_own_line(project: Project) -> None:
    project.write("train.py", PARALLEL)
    item = project.run().items["TrainFlow"]
    assert item.message == "AssertionError (step train, foreach value 2)"
    shown = titled(item)
    assert shown[""][4:] == [
        "train.py:15: in train",
        "    assert current.parallel.node_index != 2",
        "E   AssertionError",
    ]
    assert "Step train failed in task 2_node_2, foreach value 2 (index 2)." in shown[""][0]


@pytest.mark.slow
def test_a_good_run_of_parallel_counts_its_tasks(project: Project) -> None:
    project.write("train.py", PARALLEL.replace("!= 2", "!= 9"))
    item = project.run().items["TrainFlow"]
    assert (item.outcome, item.properties["metaflow_tasks"]) == ("passed", "start 1, train 3, join 1, end 1")


@pytest.mark.slow
def test_whatever_an_exception_says_it_is_shown_in_reason(project: Project) -> None:
    bodies = {
        "Group": "raise ExceptionGroup('many', [ValueError('one'), KeyError('two')])",
        "Surrogate": "raise ValueError('no file \\udcff')",
        "Long": "raise ValueError('x' * 100_000)",
        "Late": "raise ValueError('\\nsecond line')",
        "Timeout": "from metaflow.plugins.timeout_decorator import TimeoutException\n"
        "raise TimeoutException('late\\nStack when the timeout was raised:\\n> File')",
    }
    for name, body in bodies.items():
        project.flow(f"{name}.py", name, body)
    items = project.run("-n2", "--metaflow-param=Late.test_mode=True").items
    assert {name: item.message for name, item in items.items() if name != "Group"} == {
        "Surrogate": "ValueError: no file \ufffd (step start)",
        "Long": f"ValueError: {'x' * 298}… (step start)",
        "Late": "ValueError: second line (step start)",
        "Timeout": "TimeoutException: late (step start)",
    }
    assert max(map(len, items["Long"].text.splitlines())) < 11_000
    assert list(titled(items["Long"])) == ["", "to repeat"]
    assert "E   Stack when" not in "\n".join(titled(items["Timeout"])[""])
    assert titled(items["Late"])["to repeat"] == [
        "pytest --metaflow-flows --metaflow-param=Late.test_mode=True Late.py::Late"
    ]
    assert titled(items["Long"])["to repeat"] == ["pytest --metaflow-flows Long.py::Long"]
    if sys.version_info >= (3, 11):
        assert "E     + ValueError: one\nE     + KeyError: 'two'\n" in items["Group"].text


@pytest.mark.slow
def test_a_flow_that_a_step_runs_is_no_part_of_the_run(project: Project) -> None:
    project.flow("inner/good.py", "Good")
    project.flow("inner/bad.py", "Bad", "raise ValueError")
    project.flow(
        "outer.py",
        "Outer",
        """
        import subprocess, sys
        codes = [subprocess.run([sys.executable, f"inner/{n}.py", "run"]).returncode for n in ("good", "bad")]
        assert codes == [0, 1]
        """,
    )
    item = project.run("outer.py").items["Outer"]
    assert (item.outcome, item.properties["metaflow_tasks"]) == ("passed", "start 1, end 1")


@pytest.mark.slow
def test_a_run_that_replaces_its_process_is_the_run_still(project: Project) -> None:
    file = project.flow("train.py", "TrainFlow")
    again = "import os, sys\nif os.environ.setdefault('AGAIN', '1') != '2':\n    os.environ['AGAIN'] = '2'\n"
    file.write_text(f"{again}    os.execv(sys.executable, [sys.executable, *sys.argv])\n{file.read_text()}")
    assert project.run().outcomes == {"TrainFlow": "passed"}


def test_a_package_of_another_environment_is_a_library_too(project: Project) -> None:
    project.write("env/site-packages/outer.py", "def fail():\n    raise ValueError('outer')\n")
    project.flow("train.py", "TrainFlow", "import outer\nouter.fail()")
    text = project.run("-o", "pythonpath=env/site-packages", "train.py").items["TrainFlow"].text
    assert "    outer.fail()\n    (raised in " in text
    assert "outer.py:2, in fail)\nE   ValueError: outer" in text
