"""Under xdist the slowest flows of the last session begin on different workers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_metaflow.collection.order import Scheduling, spread
from tests.pytest_metaflow.projects import Project

pytestmark = pytest.mark.slow

WITHOUT_TEST_MODE = """
from metaflow import FlowSpec, step


class {name}(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    {name}()
"""
"""Its item is skipped at once."""

CACHE = ".pytest_cache/v/metaflow/durations"


def project_of(project: Project, flows: int, tests: int, seconds: Mapping[int, float]) -> None:
    """Write flows `f00.py::F00Flow` and on, and ordinary tests; `seconds` by flow is what the cache holds."""
    for number in range(flows):
        project.write(f"f{number:02}.py", WITHOUT_TEST_MODE.format(name=f"F{number:02}Flow"))
    lines = [f"def test_{number:02}(): pass" for number in range(tests)]
    project.write("test_ordinary.py", "\n".join(lines))
    remember(project, {f"f{number:02}.py::F{number:02}Flow": known for number, known in seconds.items()})


def remember(project: Project, durations: object) -> None:
    """Write into pytest's cache."""
    project.write(CACHE, json.dumps(durations))


def workers(project: Project, *args: str) -> dict[str, list[str]]:
    """Worker -> what it ran, in order; "" is the worker of a session without xdist."""
    outcome = project.run("-v", "--metaflow-missing-test-mode=skip", *args)
    assert outcome.exit_code == 0, outcome.output
    found: dict[str, list[str]] = {}
    lines = re.findall(
        r"^(?:\[(gw\d)\] \[.*?\] \w+ )?\S+::(\w+) ?(PASSED|SKIPPED)?", outcome.output, re.MULTILINE
    )
    for worker, name, outcome_word in lines:
        if worker or outcome_word:
            found.setdefault(worker, []).append(name)
    return found


@pytest.mark.parametrize(
    ("flows", "tests", "args"),
    [
        (8, 20, []),
        (3, 0, []),
        pytest.param(20, 0, [], marks=pytest.mark.slow),
        pytest.param(3, 12, [], marks=pytest.mark.slow),
        pytest.param(8, 20, ["--dist=worksteal"], marks=pytest.mark.slow),
        pytest.param(8, 0, ["--dist=loadfile"], marks=pytest.mark.slow),
        pytest.param(8, 20, ["--maxschedchunk=1"], marks=pytest.mark.slow),
        pytest.param(8, 20, ["-k", "not F00"], marks=pytest.mark.slow),
    ],
    ids=[
        "with other tests",
        "fewer than two for each worker",
        "flows only",
        "few flows",
        "worksteal",
        "loadfile",
        "small chunks",
        "some deselected",
    ],
)
def test_the_two_slowest_begin_on_different_workers(
    project: Project, flows: int, tests: int, args: list[str]
) -> None:
    project_of(project, flows, tests, {0: 1, 1: 1, flows - 2: 100, flows - 1: 90})
    found = workers(project, "-n2", *args)
    slowest = {f"F{flows - 2:02}Flow", f"F{flows - 1:02}Flow"}
    assert [len(slowest.intersection(items)) for items in found.values()] == [1, 1]
    for items in found.values():
        assert items[0] in slowest
        ordinary = [name for name in items if name.startswith("test_")]
        assert ordinary == sorted(ordinary) or "--dist=worksteal" in args, "only a thief changes their order"


def test_without_workers_the_order_of_collection_stays(project: Project) -> None:
    project_of(project, 3, 2, {2: 100, 1: 90})
    assert workers(project) == {"": ["F00Flow", "F01Flow", "F02Flow", "test_00", "test_01"]}


@pytest.mark.parametrize(
    "cached",
    [
        {"f02.py::F02Flow": "long", "f01.py::F01Flow": -1, "gone.py::GoneFlow": 5},
        pytest.param([], marks=pytest.mark.slow),
        pytest.param(None, marks=pytest.mark.slow),
    ],
    ids=["wrong values", "a list", "nothing"],
)
def test_without_durations_that_can_be_used_the_order_of_collection_stays(
    project: Project, cached: object
) -> None:
    project_of(project, 3, 4, {})
    remember(project, cached)
    assert sorted(items[:2] for items in workers(project, "-n2", "--maxschedchunk=1").values()) == [
        ["F00Flow", "F01Flow"],
        ["F02Flow", "test_00"],
    ]


def test_durations_are_remembered_without_those_of_flows_that_are_gone(project: Project) -> None:
    project.flow("train.py", "TrainFlow")
    remember(project, {"gone.py::GoneFlow": 7, "train.py::TrainFlow": 500, "train.py::OtherFlow": 3})
    item = project.run("-n1").items["TrainFlow"]
    seconds = float(item.properties["metaflow_seconds"])
    assert 0 < seconds < 500
    cached = json.loads((project.root / CACHE).read_text())
    assert cached == {"train.py::OtherFlow": 3, "train.py::TrainFlow": seconds}


@pytest.mark.slow
def test_without_a_cache_flows_run_all_the_same(project: Project) -> None:
    project_of(project, 3, 0, {2: 100})
    found = workers(project, "-n2", "-p", "no:cacheprovider")
    assert sorted(name for items in found.values() for name in items) == ["F00Flow", "F01Flow", "F02Flow"]


@given(
    st.lists(st.floats(0, 1000), min_size=1, max_size=30, unique=True),
    st.integers(0, 40),
    st.builds(
        Scheduling,
        st.sampled_from(["load", "worksteal", "loadfile"]),
        st.integers(1, 5),
        st.none() | st.integers(1, 5),
    ),
)
def test_every_item_stays_and_the_first_of_each_chunk_are_the_slowest(
    seconds: list[float], others: int, how: Scheduling
) -> None:
    flows = [f"flow {number}" for number in range(len(seconds))]
    ordinary = [f"test {number}" for number in range(others)]
    ordered = spread(flows, ordinary, dict(zip(flows, seconds, strict=True)), how)
    assert sorted(ordered) == sorted([*flows, *ordinary])
    assert [item for item in ordered if item in ordinary] == ordinary
    chunks = how.chunks(len(ordered)) or (1,) * how.workers
    starts = [sum(chunks[:worker]) for worker in range(how.workers)]
    heads = [ordered[start] for start in starts[: len(flows)] if start < len(ordered)]
    slowest = sorted(zip(seconds, flows, strict=True), reverse=True)
    assert heads == [flow for _, flow in slowest[: len(heads)]]
