"""Foreaches that are cut to a few items."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from pytest_metaflow.inside.foreaches import LeftWhole, cut
from tests.pytest_metaflow.projects import Project

pytestmark = pytest.mark.slow

FLOW = """
import numpy as np
from metaflow import FlowSpec, Parameter, step


class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
        self.models = self.all_models = list(range(6))
        self.next(self.train, foreach="models")

    @step
    def train(self):
        self.model = self.input
        self.folds = np.arange(4 + self.input)
        self.next(self.fold, foreach="folds")

    @step
    def fold(self):
        self.last_fold = int(self.input)
        self.next(self.join_folds)

    @step
    def join_folds(self, inputs):
        self.last_folds = [i.last_fold for i in inputs]
        self.merge_artifacts(inputs, include=["model", "models", "all_models"])
        assert len(list(inputs)) == len(inputs[0].folds)
        self.next(self.join_models)

    @step
    def join_models(self, inputs):
        self.merge_artifacts(inputs, exclude=["model", "last_folds"])
        assert len(list(inputs)) == len(self.models), "joins and the artifact agree"
        assert len(self.all_models) == 6, "another artifact of the same object is not touched"
        seen = {i.model: i.last_folds for i in inputs}
        assert seen == {0: [0, 1, 3], 1: [0, 1, 4], 5: [0, 1, 8]}, seen
        self.next(self.split)

    @step
    def split(self):
        self.next(self.left, self.right)

    @step
    def left(self):
        self.own = set(range(10))
        self.next(self.over_own, foreach="own")

    @step
    def over_own(self):
        assert self.input in self.own and len(self.own) == 3
        self.next(self.join_own)

    @step
    def join_own(self, inputs):
        self.merge_artifacts(inputs, include=["all_models"])
        self.next(self.again)

    @step
    def again(self):
        self.next(self.over_all, foreach="all_models")

    @step
    def over_all(self):
        self.next(self.join_all)

    @step
    def join_all(self, inputs):
        assert len(list(inputs)) == 6
        self.merge_artifacts(inputs)
        self.next(self.both)

    @step
    def right(self):
        self.next(self.both)

    @step
    def both(self, inputs):
        self.merge_artifacts(inputs, include=["all_models"])
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TrainFlow()
"""

READ_ONLY = """
from metaflow import FlowSpec, JSONType, Parameter, step


class ReadOnlyFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)
    names = Parameter("names", type=JSONType, default='["a", "b"]')
    _kinds = [1, 2]

    @step
    def start(self):
        self.next(self.over_names, foreach="names")

    @step
    def over_names(self):
        self.next(self.join_names)

    @step
    def join_names(self, inputs):
        assert [i.input for i in inputs] == ["a", "b"]
        self.next(self.middle)

    @step
    def middle(self):
        self.next(self.over_kinds, foreach="_kinds")

    @step
    def over_kinds(self):
        self.next(self.join_kinds)

    @step
    def join_kinds(self, inputs):
        assert [i.input for i in inputs] == [1, 2]
        self.next(self.last)

    @step
    def last(self):
        self.by_key = {0: "x", 1: "y"}
        self.next(self.over_dict, foreach="by_key")

    @step
    def over_dict(self):
        self.value = self.input
        self.next(self.join_dict)

    @step
    def join_dict(self, inputs):
        assert [i.value for i in inputs] == ["x", "y"]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ReadOnlyFlow()
"""


SPLIT = """
from metaflow import FlowSpec, Parameter, parallel, step


class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
        self.models = ["a", "b", "c"]
        self.next(self.train, {how})

    {decorator}
    @step
    def train(self):
        {check}
        self.next(self.join)

    @step
    def join(self, inputs):
        assert len(list(inputs)) == 3
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TrainFlow()
"""


class Pair(NamedTuple):
    first: int
    second: int


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ([1, 2, 3, 4], [1, 2, 4]),
        ((1, 2, 3, 4), (1, 2, 4)),
        (range(0, 40, 10), [0, 10, 30]),
        ("abcd", "abd"),
        (b"abcd", b"abd"),
        (deque([1, 2, 3, 4], 9), deque([1, 2, 4], 9)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_first_items_and_the_last_one_are_kept_in_the_same_type(value: Any, kept: Any) -> None:
    found = cut(value, 3)
    assert (type(found), found) == (type(kept), kept)
    assert list(cut(value, 1)) == list(kept)[:1]


@pytest.mark.parametrize("kind", [set, frozenset])
def test_of_a_set_as_many_items_are_kept(kind: type) -> None:
    found = cut(kind("abcd"), 3)
    assert (type(found), len(found)) == (kind, 3)
    assert found < set("abcd")


def test_arrays_and_series_keep_their_type_and_are_counted_anew() -> None:
    array = cut(np.array([[1.5], [2.5], [3.5], [4.5]], dtype="float32"), 3)
    assert (array.dtype, array.tolist()) == (np.dtype("float32"), [[1.5], [2.5], [4.5]])
    series = cut(pd.Series([1, 2, 3, 4], name="n"), 3)
    assert (series.name, [series[index] for index in range(3)]) == ("n", [1, 2, 4])


@pytest.mark.parametrize(
    "value",
    [
        {0: "a", 1: "b", 2: "c"},
        pd.Series([1, 2, 3], index=["a", "b", "c"]),
        pd.DataFrame({"a": [1], "b": [2], "c": [3]}),
        Pair(1, 2),
        (number for number in range(9)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_found_by_its_new_index_or_means_more_is_left_whole(value: Any) -> None:
    with pytest.raises(LeftWhole):
        cut(value, 2)


@pytest.mark.slow
def test_every_foreach_is_cut_in_the_artifact_itself_and_the_report_says_so(project: Project) -> None:
    project.write("train.py", FLOW)
    outcome = project.run("--metaflow-max-foreach=3")
    assert outcome.outcomes == {"TrainFlow": "passed"}
    properties = outcome.items["TrainFlow"].properties
    assert properties["metaflow_foreach_cut"] == (
        "train over models 6 -> 3, fold over folds 4 to 9 -> 3 (3 times), over_own over own 10 -> 3"
    )
    whole = "over_all over all_models 6 (other branches may hold it too)"
    assert properties["metaflow_foreach_whole"] == whole
    assert f"train.py::TrainFlow: foreach left whole: {whole}" in outcome.flows_section
    assert ", foreaches cut to 3\n" in outcome.output


def test_the_limit_of_a_flow_goes_above_that_of_all_flows_and_a_failed_run_is_said_to_be_cut(
    project: Project,
) -> None:
    check = "assert False, (self.input, len(self.models), self.foreach_stack())"
    project.write("train.py", SPLIT.format(how='foreach="models"', decorator="", check=check))
    project.write("pyproject.toml", "[tool.pytest_metaflow.flows.TrainFlow]\nmax-foreach = 1")
    project.write("pytest.ini", "[pytest]\nmetaflow_max_foreach = 2")
    outcome = project.run()
    message = "AssertionError: ('a', 1, [(0, 1, 'a')]) (step train, foreach value 'a')"
    assert outcome.items["TrainFlow"].message == message
    assert "train.py::TrainFlow: foreach cut: train over models 3 -> 1" in outcome.flows_section


def test_a_transition_that_metaflow_refuses_is_still_refused_at_its_line(project: Project) -> None:
    project.write("train.py", SPLIT.format(how='foreach="model"', decorator="", check="pass"))
    item = project.run("--metaflow-max-foreach=2").items["TrainFlow"]
    assert "line 10:: Foreach variable *self.model* in step *start* does not exist." in item.text
    assert "train.py:10: in start" in item.text


def test_what_cannot_be_cut_is_left_whole_and_the_report_says_why(project: Project) -> None:
    project.write("names.py", READ_ONLY)
    outcome = project.run("--metaflow-max-foreach=1")
    assert outcome.outcomes == {"ReadOnlyFlow": "passed"}
    assert outcome.items["ReadOnlyFlow"].properties["metaflow_foreach_whole"] == (
        "over_names over names 2 (a parameter or class value), "
        "over_kinds over _kinds 2 (a parameter or class value), "
        "over_dict over by_key 2 (a dict)"
    )


@pytest.mark.slow
def test_the_tasks_of_parallel_are_not_cut(project: Project) -> None:
    project.write("train.py", SPLIT.format(how="num_parallel=3", decorator="@parallel", check="pass"))
    outcome = project.run("--metaflow-max-foreach=2")
    assert outcome.outcomes == {"TrainFlow": "passed"}
    assert outcome.flows_section == []


@pytest.mark.parametrize("value", ["0", "two"])
def test_a_wrong_limit_ends_pytest_with_one_line(project: Project, value: str) -> None:
    outcome = project.run(f"--metaflow-max-foreach={value}")
    said = f"metaflow_max_foreach must be a whole number of at least 1, not {value!r}"
    assert (outcome.exit_code, outcome.output.strip()) == (4, f"ERROR: {said}")


@pytest.mark.slow
def test_a_flow_that_a_step_starts_is_not_cut(project: Project) -> None:
    project.write("train.py", SPLIT.format(how='foreach="models"', decorator="", check="pass"))
    command = "[sys.executable, 'train.py', '--no-pylint', 'run']"
    project.flow("outer.py", "OuterFlow", f"import subprocess, sys; subprocess.run({command}, check=True)")
    outcome = project.run("--metaflow-max-foreach=2", "outer.py")
    assert (outcome.outcomes, outcome.flows_section) == ({"OuterFlow": "passed"}, [])
