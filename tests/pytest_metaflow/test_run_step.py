"""`run_step`: one step of each kind, alone, as a user's tests call it."""

# ruff: noqa: E501  the calls of a table are easier to read on one line each

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pytest_metaflow.projects import Outcome, Project

KINDS = """
import os

from metaflow import FlowSpec, Parameter, card, catch, current, environment, project, secrets, step


@project(name="kinds")
class KindsFlow(FlowSpec):
    unit = "km"
    test_mode = Parameter("test-mode", type=bool, default=False)
    rate = Parameter("rate", type=float, default=0.5)

    @step
    def start(self):
        self.rows = [1, 2] if self.test_mode else [1, 2, 3]
        self.next(self.scale)

    @environment(vars={"STAGE": "inside"})
    @secrets(sources=["db"])
    @card
    @step
    def scale(self):
        self.scaled = [row * self.rate for row in self.rows]
        self.seen = {
            "step": current.step_name,
            "run": current.run_id,
            "project": current.project_name,
            "production": current.is_production,
            "stage": os.environ["STAGE"],
            "secret": os.environ["DB_PASSWORD"],
            "unit": self.unit,
            "cwd": os.getcwd(),
        }
        print("scaled", self.scaled)
        self.next(self.north, self.south)

    @step
    def north(self):
        self.up = 1
        self.next(self.meet)

    @step
    def south(self):
        self.down = 1
        open("south-was-run", "w").close()
        self.next(self.pole)

    @step
    def pole(self):
        self.cold = True
        self.next(self.meet)

    @step
    def meet(self, inputs):
        self.both = (inputs.north.up, inputs.pole.down)
        self.order = [task.name_of_branch for task in inputs]
        self.merge_artifacts(inputs, exclude=["name_of_branch"])
        self.next(self.decide)

    @step
    def decide(self):
        self.size = "large" if len(self.rows) > 2 else "small"
        self.next({"large": self.spread, "small": self.end}, condition="size")

    @step
    def spread(self):
        self.towns = ["here", "there", "far"]
        self.next(self.visit, foreach="towns")

    @catch(var="trouble")
    @step
    def visit(self):
        self.visited = f"{self.input} {self.index}"
        if self.input == "nowhere":
            raise ValueError("no such town")
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self.visits = [task.visited for task in inputs]
        self.inputs = [task.input for task in inputs]
        self.merge_artifacts(inputs, include=["rows"])
        self.next(self.end)

    @step
    def end(self):
        print("rows:", self.rows)


if __name__ == "__main__":
    KindsFlow()
"""

NESTED = """
from metaflow import Config, FlowSpec, Parameter, current, step


class NestedFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)
    limit = Parameter("timeout", type=int, default=1)
    small = Config("small", default_value={"depth": 1})

    @step
    def start(self):
        self.depth = self.small.depth
        self.models = ["tree", "line"]
        self.next(self.model, foreach="models")

    @step
    def model(self):
        self.model_name = self.input
        self.folds = [1, 2]
        self.next(self.fold, foreach="folds")

    @step
    def fold(self):
        self.stack = self.foreach_stack()
        self.next(self.score)

    @step
    def score(self):
        self.mark = (self.model_name, self.input)
        self.next(self.join_folds)

    @step
    def join_folds(self, inputs):
        self.marks = [task.mark for task in inputs]
        self.of = self.input
        self.next(self.join_models)

    @step
    def join_models(self, inputs):
        self.all = [task.marks for task in inputs]
        self.next(self.refine)

    @step
    def refine(self):
        self.error = self.error / 2
        self.more = "again" if self.error > 1 else "enough"
        self.next({"again": self.refine, "enough": self.end}, condition="more")

    @step
    def end(self):
        pass


if __name__ == "__main__":
    NestedFlow()
"""

PARALLEL = """
from metaflow import FlowSpec, Parameter, parallel, step


class WideFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
        self.next(self.train, num_parallel=2)

    @parallel
    @step
    def train(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    WideFlow()
"""

SETTINGS = """
[tool.pytest.ini_options]

[tool.pytest_metaflow.flows.KindsFlow]
secrets = { db = { DB_PASSWORD = "only-for-tests" } }
"""

TYPES = """
from dataclasses import dataclass


@dataclass
class Row:
    size: int

    def __mul__(self, factor):
        return Row(self.size * factor)
"""

TESTS = """
import os

import pytest
from kinds_types import Row
from pytest_metaflow import ArtifactError, CannotRun, FlowFailed

KINDS = "flows/kinds.py"
NESTED = "flows/nested.py"


def test_start(run_step):
    step = run_step(KINDS, "start")
    assert step.successful
    assert step.next == ("scale",)
    assert step.data.rows == [1, 2]


def test_linear(run_step):
    step = run_step(KINDS, "scale", artifacts={"rows": [1, 3]}, rate=2)
    assert step.data.scaled == [2.0, 6.0]
    assert step.next == ("north", "south")
    assert (step.index, step.foreach_over, step.splits) == (None, None, None)
    assert step.data.seen == {
        "step": "scale",
        "run": step.pathspec.split("/")[1],
        "project": "kinds",
        "production": False,
        "stage": "inside",
        "secret": "only-for-tests",
        "unit": "km",
        "cwd": os.getcwd(),
    }
    assert step.stdout == "scaled [2.0, 6.0]\\n"
    assert step.data.unit == "km"
    assert not os.path.exists("south-was-run")
    assert run_step(KINDS, "south").next == ("pole",)
    assert os.path.exists("south-was-run")


def test_types_of_the_tests(run_step):
    step = run_step(KINDS, "scale", artifacts={"rows": [Row(2)]})
    assert step.data.scaled == [Row(1.0)]


def test_static_join(run_step):
    def branch(name, **artifacts):
        return {"name_of_branch": name, **artifacts}

    step = run_step(KINDS, "meet", inputs=[branch("n", up=4), branch("p", down=5, cold=True)], artifacts={"rows": [1]})
    assert step.data.both == (4, 5)
    assert step.data.order == ["n", "p"]
    assert (step.data.rows, step.data.cold) == ([1], True)
    assert step.next == ("decide",)


def test_a_merge_that_fails(run_step):
    inputs = {"pole": {"down": 1, "x": 2, "name_of_branch": 2}, "north": {"up": 1, "x": 1, "name_of_branch": 1}}
    step = run_step(KINDS, "meet", inputs=inputs, check=False)
    assert not step.successful
    assert step.failure.step == "meet"
    assert "MergeArtifactsException" in step.failure.error
    assert step.next == ()


def test_switch(run_step):
    assert run_step(KINDS, "decide", artifacts={"rows": [1]}).next == ("end",)


def test_foreach_split(run_step):
    step = run_step(KINDS, "spread")
    assert (step.next, step.foreach_over, step.splits) == (("visit",), "towns", 3)


def test_foreach_child(run_step):
    step = run_step(KINDS, "visit", input="Rome", index=4)
    assert step.data.visited == "Rome 4"
    assert (step.index, dict(step.foreach)) == (4, {"towns": 4})


def test_catch(run_step):
    step = run_step(KINDS, "visit", input="nowhere")
    assert step.successful
    assert "ValueError: no such town" in step.stdout
    assert "trouble" in step.artifacts


def test_foreach_join(run_step):
    step = run_step(
        KINDS,
        "gather",
        inputs=[{"visited": "a", "rows": [1]}, {"visited": "b", "rows": [1]}, {"visited": "c", "rows": [1]}],
        artifacts={"towns": ["A", "B", "C"]},
    )
    assert step.data.visits == ["a", "b", "c"]
    assert step.data.inputs == ["A", "B", "C"]
    assert step.data.rows == [1]


def test_end(run_step):
    step = run_step(KINDS, "end", artifacts={"rows": []})
    assert step.next == ()
    assert step.stdout == "rows: []\\n"


def test_nested_foreach(run_step):
    child = run_step(NESTED, "fold", input=7, index=1, outer=("tree",))
    assert child.data.stack == [(0, 1, "tree"), (1, 2, 7)]
    assert dict(child.foreach) == {"models": 0, "folds": 1}
    listed = run_step(
        NESTED, "fold", artifacts={"models": ["tree", "line"], "folds": [1, 2, 3]}, outer=("line",), index=2
    )
    assert listed.data.stack == [(1, 2, "line"), (2, 3, 3)]
    deeper = run_step(NESTED, "score", input=7, outer=("tree",), artifacts={"model_name": "tree"})
    assert deeper.data.mark == ("tree", 7)
    join = run_step(NESTED, "join_folds", inputs=[{"mark": 1}, {"mark": 2}], index=1)
    assert (join.data.marks, join.data.of, join.index) == ([1, 2], None, 1)


def test_recursive_switch(run_step):
    assert run_step(NESTED, "refine", artifacts={"error": 4.0}).next == ("refine",)
    assert run_step(NESTED, "refine", artifacts={"error": 2.0}).next == ("end",)


def test_config_and_a_parameter_named_like_an_argument(run_step):
    step = run_step(NESTED, "start", small={"depth": 3}, parameters={"timeout": 9})
    assert step.data.depth == 3
    assert step.splits == 2


@pytest.mark.parametrize(
    ("path", "step", "given", "message"),
    [
        (KINDS, "scael", {}, 'KindsFlow has no step "scael" (did you mean "scale"?)'),
        (KINDS, "start", {"artifacts": {"rows": 1}}, "start is the first step: it finds nothing but parameters"),
        (KINDS, "scale", {"inputs": [{}]}, "scale is no join: give artifacts={…} instead of inputs."),
        (KINDS, "scale", {"input": 1}, "scale lies in no foreach: input cannot be given."),
        (KINDS, "scale", {"artifacts": {"rate": 1}}, "rate is a parameter of KindsFlow, no artifact"),
        (KINDS, "scale", {"artifacts": {"_x": 1}}, '"_x" cannot be the name of an artifact'),
        (KINDS, "scale", {"artifacts": {"x": lambda: 1}}, 'The artifact "x" cannot be given, since it cannot be'),
        (KINDS, "scale", {"ratee": 1}, 'KindsFlow has no parameter "ratee" (did you mean "rate"?)'),
        (KINDS, "scale", {"rate": None}, "rate=None: leave rate out to get its default"),
        (KINDS, "scale", {"timeout": -1}, "timeout=-1: expected a positive number of seconds"),
        (KINDS, "meet", {"inputs": [{}]}, 'meet joins 2 branches: give inputs={"north": {…}, "pole": {…}}'),
        (KINDS, "meet", {"inputs": {"north": {}, "south": {}}}, 'meet joins 2 branches: give inputs={"north"'),
        (KINDS, "meet", {}, 'meet joins 2 branches: give inputs={"north": {…}, "pole": {…}}'),
        (KINDS, "meet", {"inputs": [1, 2]}, "inputs: expected the artifacts of a task by name, got 1"),
        (KINDS, "gather", {"inputs": {"visit": {}}}, "gather joins the tasks of visit: give inputs=[{…}, {…}]"),
        (KINDS, "visit", {}, "visit lies in a foreach over towns: give input=…, or the list as an artifact"),
        (KINDS, "visit", {"artifacts": {"towns": [1]}, "index": 1}, "index=1: the artifact towns has 1 items"),
        (KINDS, "visit", {"artifacts": {"towns": [1]}, "input": 2}, "2 is not in towns, over which the foreach goes"),
        (NESTED, "fold", {"input": 1}, "fold lies in a foreach over models: give outer=(…,)"),
        (NESTED, "fold", {"input": 1, "outer": (1, 2)}, "fold lies in 2 foreaches: outer has too many values"),
        ("flows/wide.py", "train", {}, "train runs on nodes of @parallel, or joins them"),
        ("flows/wide.py", "join", {"inputs": [{}]}, "join runs on nodes of @parallel, or joins them"),
    ],
)
def test_a_wrong_call(run_step, path, step, given, message):
    with pytest.raises(CannotRun) as raised:
        run_step(path, step, **given)
    assert message in str(raised.value)


def test_the_step_before_nodes_of_parallel(run_step):
    step = run_step("flows/wide.py", "start")
    assert (step.next, step.splits) == (("train",), None)
    assert step.successful


def test_a_type_that_the_flow_cannot_import(run_step, monkeypatch):
    import sys
    import types

    module = types.ModuleType("only_here")
    exec("class Thing: pass", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    with pytest.raises(FlowFailed, match="artifact 'rows' given to run_step cannot be unpickled") as raised:
        run_step(KINDS, "end", artifacts={"rows": module.Thing()})
    assert "No module named 'only_here'" in str(raised.value.failure.text)


def test_fails_at_the_line_of_the_step(run_step):
    run_step(KINDS, "scale", artifacts={"row": [1]}, rate=0.1)


def test_fails_at_the_call(run_step):
    run_step(KINDS, "scael")
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One session with all of the tests above, on two workers, which runs no flow but those they ask for."""
    root = tmp_path_factory.mktemp("steps") / "project"
    root.mkdir()
    project = Project(root)
    project.write("flows/kinds.py", KINDS)
    project.write("flows/nested.py", NESTED)
    project.write("flows/wide.py", PARALLEL)
    project.write("pyproject.toml", SETTINGS)
    project.write("tests/kinds_types.py", TYPES)
    project.write("tests/test_steps.py", TESTS)
    return project.run_plain("-n2", "--metaflow-max-foreach=2", "tests")


FAILING = ("test_fails_at_the_line_of_the_step", "test_fails_at_the_call")


def test_steps_of_each_kind_run_alone(outcome: Outcome) -> None:
    bad = {name: item.text for name, item in outcome.items.items() if item.outcome != "passed"}
    assert sorted(bad) == sorted(FAILING), outcome.output
    assert len(outcome.items) == 40


def test_a_failing_step_is_shown_at_its_line_with_what_it_was_given(outcome: Outcome) -> None:
    item = outcome.items["test_fails_at_the_line_of_the_step"]
    assert "AttributeError: Flow KindsFlow has no attribute 'rows'" in item.message
    lines = [line for line in item.text.splitlines() if line]
    task = next(line for line in lines if line.startswith("Step scale failed in task"))
    start = KINDS.splitlines().index("        self.scaled = [row * self.rate for row in self.rows]")
    assert lines[2:] == [
        task,
        "hint: The step reads `self.rows`, which run_step was not given.",
        "Parameters: rate=0.1 test-mode=True",
        "run_step was given: row",
        f"flows/kinds.py:{start}: in scale",
        "    self.scaled = [row * self.rate for row in self.rows]",
        "E   AttributeError: Flow KindsFlow has no attribute 'rows'",
    ]
    assert lines[0].startswith("tests/test_steps.py:")
    assert lines[1] == '    run_step(KINDS, "scale", artifacts={"row": [1]}, rate=0.1)'


def test_a_wrong_call_is_shown_at_the_test_and_not_in_the_plugin(outcome: Outcome) -> None:
    text = outcome.items["test_fails_at_the_call"].text
    assert 'KindsFlow has no step "scael"' in text
    assert str(Path("pytest_metaflow", "fixtures")) not in text


def test_what_was_made_local_is_a_property_of_the_test(outcome: Outcome) -> None:
    properties = outcome.items["test_types_of_the_tests"].properties
    assert "@secrets (scale)" in properties["metaflow_made_local"]
    assert properties["metaflow_tasks"] == "scale 1"
