from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences
from tests.mflint.rules.dataflow.flows import flow, foreach, static_split, step

FIRST = "`inputs[0]` is any of the branches of step `start`"


def messages(root: Path, code: str) -> list[str]:
    return [message for _, _, message in check(root, {"flow.py": code}, "MF608")]


def test_the_finding_stands_at_the_input(tmp_path: Path) -> None:
    code = static_split("self.x = f()", "self.x = g()", "self.x = inputs[0].x")
    assert check(tmp_path, {"flow.py": code}, "MF608") == [(19, 18, FIRST)]


@pytest.mark.parametrize(
    ("join", "expected"),
    [
        ("self.x = inputs[0].x", [FIRST]),
        ("self.x = inputs[-1].x", ["`inputs[-1]` is any of the branches of step `start`"]),
        ("self.x = [inputs[0].x, inputs[1].x]", [FIRST, FIRST.replace("0", "1")]),
        ("first = inputs[0]", [FIRST]),
        ("self.y = f(inputs[0])", [FIRST]),
        ("self.x = inputs[0].model.x", [FIRST]),
        ("print([inputs[0].x for _ in f()])", [FIRST]),
        ("self.x = inputs.a.x", []),
        ("self.x = [one.x for one in inputs]", []),
        ("self.x = inputs[n].x", []),
        ("self.x = inputs['a'].x", []),
        ("self.x = inputs[0:1]", []),
        ("self.x = others[0].x", []),
        ("self.y = inputs[0].same", []),
        ("self.y = inputs[0].before", []),
        ("inputs = sorted(inputs)\nself.x = inputs[0].x", []),
        ("self.x = inputs[True].x", []),
    ],
)
def test_inputs_by_number_are_found_where_branches_differ(
    tmp_path: Path, join: str, expected: list[str]
) -> None:
    a = "self.x = f()\nself.same = 1\nself.model = f()"
    code = static_split(a, "self.x = g()\nself.same = 1\nself.model = g()", join, start="self.before = f()")
    assert messages(tmp_path, code) == expected


@pytest.mark.parametrize(("a", "found"), [("self.x = f()", True), ("self.set()", True), ("pass", False)])
def test_one_branch_that_assigns_is_enough(tmp_path: Path, a: str, found: bool) -> None:
    code = static_split(
        a, "pass", "self.x = inputs[0].x", start="self.x = 1", members="def set(self): self.x = f()"
    )
    assert messages(tmp_path, code) == ([FIRST] if found else [])


def test_whole_inputs_are_alike_where_no_branch_assigns(tmp_path: Path) -> None:
    assert messages(tmp_path, static_split("print(1)", "print(2)", "first = inputs[0]")) == []


def test_the_inputs_of_a_foreach_are_left_alone(tmp_path: Path) -> None:
    assert messages(tmp_path, foreach("self.x = self.input", "self.x = inputs[0].x")) == []


def test_an_earlier_step_of_a_branch_counts(tmp_path: Path) -> None:
    code = flow(
        step("start", "", "self.a, self.b"),
        step("a", "self.x = f()", "self.a2"),
        step("a2", "", "self.join"),
        step("b", "", "self.join"),
        step("join", "self.x = inputs[0].x", "self.end", joins=True),
        step("end", ""),
    )
    assert messages(tmp_path, code) == [FIRST]


def test_an_unknown_base_is_a_silence(tmp_path: Path) -> None:
    code = static_split("self.x = 1", "self.x = 2", "self.x = inputs[0].x", top="from company import Base")
    code = code.replace("F(FlowSpec)", "F(Base)")
    assert messages(tmp_path, code) == []
    reason = "MF608 [inputs-index-order]: base class Base of F is not in the project's source"
    assert silences(tmp_path, {"flow.py": code}, "MF608") == [reason]
