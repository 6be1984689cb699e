from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check
from tests.mflint.rules.artifacts.flows import flow, found, silent

MESSAGE = "artifact `x` has no type annotation"


@pytest.mark.parametrize(
    "statement",
    [
        "self.x = 1",
        "self.x, y = 1, 2",
        "for self.x in [1]: pass",
        "with open('a') as self.x: pass",
        "setattr(self, 'x', 1)",
        "self.x = y = 1",
    ],
)
def test_an_artifact_without_annotation_is_found(tmp_path: Path, statement: str) -> None:
    assert [line.rpartition(": ")[2] for line in found(tmp_path, flow(statement), "MF405")] == [MESSAGE]


@pytest.mark.parametrize(
    "statement",
    [
        "self.x: int = 1",
        "self.x: int\nself.x = 1",
        "self._x = 1",
        "self.options = 1",
        "self.limit = 1",
        "self.helper = 1",
        "self.name = 1",
        "del self.x",
        "self.x += 1",
        "self.x['a'] = 1",
        "self.x.a = 1",
        "x = 1",
        "print(self.x)",
        "def inner():\n    self.x = 1",
    ],
)
def test_what_is_annotated_or_no_new_artifact_is_fine(tmp_path: Path, statement: str) -> None:
    files = flow(
        statement,
        attributes="options = Parameter('options')\nlimit = 5",
        methods="def helper(self): pass",
    )
    assert found(tmp_path, files, "MF405") == []


def test_an_annotation_on_the_class_covers_every_assignment(tmp_path: Path) -> None:
    files = flow("self.x = 1", "self.x = 2", attributes="x: int")
    assert found(tmp_path, files, "MF405") == []


def test_only_the_first_assignment_is_found(tmp_path: Path) -> None:
    files = flow("self.x = 1\nself.x = 2", "self.x = 3")
    assert found(tmp_path, files, "MF405") == [f"self.x = 1: {MESSAGE}"]


def test_the_first_assignment_is_that_of_the_step_that_runs_first(tmp_path: Path) -> None:
    code = """
    from metaflow import FlowSpec, step

    class F(FlowSpec):
        @step
        def end(self):
            self.x = 2

        @step
        def start(self):
            self.x: int = 1
            self.next(self.end)
    """
    assert check(tmp_path, {"flow.py": code}, "MF405") == []


def test_a_method_that_the_step_calls_may_annotate_it(tmp_path: Path) -> None:
    files = flow("self.prepare()\nself.x = 2", methods="def prepare(self):\n    self.x: int = 1")
    assert found(tmp_path, files, "MF405") == []


def test_a_base_class_of_the_project_may_annotate_it(tmp_path: Path) -> None:
    files = flow("self.x = 1", imports="from base import Base")
    files["flow.py"] = str(files["flow.py"]).replace("F(FlowSpec)", "F(Base)")
    files["base.py"] = "from metaflow import FlowSpec\nclass Base(FlowSpec):\n    x: int\n"
    assert found(tmp_path, files, "MF405") == []


def test_a_base_class_from_outside_may_annotate_it(tmp_path: Path) -> None:
    files = flow("self.x = 1", imports="from mystery import Base")
    files["flow.py"] = str(files["flow.py"]).replace("F(FlowSpec)", "F(Base, FlowSpec)")
    assert silent(tmp_path, files, "MF405") == ["base class Base of F is not in the project's source"]
