from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences
from tests.mflint.rules.dataflow.flows import flow, foreach, static_split, step


def messages(root: Path, code: str) -> list[str]:
    return [message for _, _, message in check(root, {"flow.py": code}, "MF606")]


def outside(name: str, where: str) -> str:
    return f"`self.{name}` is None here: no foreach is open in step `{where}`"


def lost(where: str, join: str, artifact: str = "items") -> str:
    return f"`self.input` is None {where} join `{join}`, which has lost `{artifact}`"


def test_the_finding_stands_at_the_read(tmp_path: Path) -> None:
    code = foreach(join="print('a', self.input)")
    assert check(tmp_path, {"flow.py": code}, "MF606") == [(14, 20, outside("input", "join"))]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(foreach(start="self.items = [self.index]"), [outside("index", "start")], id="before it"),
        pytest.param(foreach(join="self.x = self.input"), [outside("input", "join")], id="in its join"),
        pytest.param(static_split("print(self.input)"), [outside("input", "a")], id="in a static split"),
        pytest.param(
            static_split("if self.index == 0: print(1)"), [outside("index", "a")], id="compared with a number"
        ),
        pytest.param(
            static_split("self.log()", members="def log(self): print(self.index)"),
            [outside("index", "a")],
            id="in a method that only such a step calls",
        ),
        pytest.param(
            static_split("f = lambda: self.input"), [outside("input", "a")], id="in a function of the step"
        ),
    ],
)
def test_reads_where_no_foreach_is_open_are_found(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert messages(tmp_path, code) == expected


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(foreach("print(self.input, self.index)"), id="in the foreach"),
        pytest.param(static_split("if self.input is not None: f(self.input)"), id="a test for None"),
        pytest.param(static_split("if None is self.index: f(self.input)"), id="a test of the other"),
        pytest.param(static_split("x = self.input or 1"), id="a default"),
        pytest.param(static_split("x = self.input if self.input else 1"), id="a condition"),
        pytest.param(static_split("x = self.input\nif x is None: x = 1"), id="a test of a name for it"),
        pytest.param(static_split("if (x := self.input): f(x)"), id="a test that binds a name"),
        pytest.param(static_split("assert not self.input"), id="an assertion"),
        pytest.param(static_split("try: f(self.input[0])\nexcept TypeError: pass"), id="a try"),
        pytest.param(static_split("x = getattr(self, 'input', None)"), id="getattr"),
        pytest.param(static_split("f(self.input)", members="input = Parameter('input')"), id="a parameter"),
        pytest.param(static_split("f(self.index)", members="index = {}"), id="a class attribute"),
        pytest.param(
            static_split("f(self.input)", members="@property\ndef input(self): return 1"), id="a property"
        ),
        pytest.param(static_split(members="def log(self): print(self.index)"), id="a method nobody calls"),
        pytest.param(
            foreach("self.log()", "self.log()", members="def log(self): print(self.index)"),
            id="a method that a step in the foreach calls too",
        ),
        pytest.param(static_split("print(other.input)"), id="another object"),
    ],
)
def test_reads_in_a_foreach_and_guarded_ones_are_left_alone(tmp_path: Path, code: str) -> None:
    assert messages(tmp_path, code) == []


def nested(
    join: str = "", after: str = "", *, last: str = "", start: str = "self.items = load()", members: str = ""
) -> str:
    """A static split, with a step after its join, inside a foreach over `items`."""
    return flow(
        step("start", start, "self.work, foreach='items'"),
        step("work", "", "self.a, self.b"),
        step("a", "", "self.inner"),
        step("b", "", "self.inner"),
        step("inner", join, "self.after", joins=True),
        step("after", after, "self.last"),
        step("last", last, "self.join"),
        step("join", "", "self.end", joins=True),
        step("end", ""),
        members=members,
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (nested("x = self.input"), [lost("in", "inner")]),
        (nested("x = self.input\nself.merge_artifacts(inputs)"), [lost("in", "inner")]),
        (nested("", "x = self.input"), [lost("after", "inner")]),
        (nested("", "", last="x = self.input"), [lost("after", "inner")]),
        (nested("", "x = self.index"), []),
        (nested("x = self.index"), []),
        (nested("self.merge_artifacts(inputs)\nx = self.input"), []),
        (nested("self.items = inputs.a.items\nx = self.input"), []),
        (nested("self.merge_artifacts(inputs)", "x = self.input"), []),
        (nested("self.merge_artifacts(inputs, include=['y'])", "x = self.input"), []),
        (nested("self.items = inputs.a.items", "x = self.input"), []),
        (nested("take(self, inputs)", "x = self.input"), []),
        (nested("self.take(inputs)", "x = self.input", members="def take(self, i): self.items = 1"), []),
        (nested("", "self.items = load()\nx = self.input"), []),
        (nested("", "self.items = load()", last="x = self.input"), []),
        (nested("if self.input is None: pass\nx = self.input"), []),
        (nested("x = self.input", members="items = [1, 2]", start="pass"), []),
        (nested("x = self.input", members="items = Parameter('items', default='ab')", start="pass"), []),
    ],
)
def test_a_join_inside_a_foreach_loses_the_item(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert messages(tmp_path, code) == expected


def test_the_join_of_an_inner_foreach_loses_the_outer_item(tmp_path: Path) -> None:
    code = flow(
        step("start", "self.outer = f()", "self.o, foreach='outer'"),
        step("o", "self.inner = f(self.input)", "self.i, foreach='inner'"),
        step("i", "print(self.input)", "self.close"),
        step("close", "self.name = self.input", "self.join", joins=True),
        step("join", "print(self.index)", "self.end", joins=True),
        step("end", ""),
    )
    assert messages(tmp_path, code) == [lost("in", "close", "outer"), outside("index", "join")]


def test_parallel_tasks_have_an_input(tmp_path: Path) -> None:
    code = flow(
        step("start", "", "self.work, num_parallel=2"),
        step("work", "print(self.input, self.index)", "self.join", decorators="@parallel"),
        step("join", "", "self.end", joins=True),
        step("end", ""),
        top="from metaflow import parallel",
    )
    assert messages(tmp_path, code) == []


def test_an_unknown_base_is_a_silence(tmp_path: Path) -> None:
    code = static_split("f(self.input)", top="from company import Base").replace("F(FlowSpec)", "F(Base)")
    assert messages(tmp_path, code) == []
    reason = "MF606 [input-outside-foreach]: base class Base of F is not in the project's source"
    assert silences(tmp_path, {"flow.py": code}, "MF606") == [reason]


def test_a_method_of_a_base_class_in_another_file_is_shown_at_the_class(tmp_path: Path) -> None:
    base = "from metaflow import FlowSpec\nclass B(FlowSpec):\n    def log(self): print(self.index)\n"
    code = static_split("self.log()", top="from base import B").replace("F(FlowSpec)", "F(B)")
    found = check(tmp_path, {"base.py": base, "flow.py": code}, "MF606")
    assert found == [(3, 7, outside("index", "a"))]
