from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences
from tests.mflint.rules.dataflow.flows import flow, foreach, static_split, step

UUID = "from uuid import uuid4"
ONE = "in each task of the foreach of step `start`"


def messages(root: Path, code: str) -> list[str]:
    return [message for _, _, message in check(root, {"flow.py": code}, "MF604")]


def test_the_finding_stands_at_the_merge(tmp_path: Path) -> None:
    code = static_split("self.x = 1", "self.x = 2")
    expected = (19, 9, "`x` cannot be merged: it is `1` after `a` and `2` after `b`")
    assert check(tmp_path, {"flow.py": code}, "MF604") == [expected]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            static_split("self.x = 'a'", "self.x: str = 'b'"),
            "`'a'` after `a` and `'b'` after `b`",
            id="two literals differ",
        ),
        pytest.param(
            static_split("self.x = True", "self.x = 1"),
            "`True` after `a` and `1` after `b`",
            id="values are equal and their types are not",
        ),
        pytest.param(
            static_split("self.x = {'a': 1, 'b': 2}", "self.x = {'b': 2, 'a': 1}"),
            "`{'a': 1, 'b': 2}` after `a` and `{'b': 2, 'a': 1}` after `b`",
            id="dictionaries of another order",
        ),
        pytest.param(
            static_split("self.x, y = 1, 2", "(z, [self.x]) = 1, [2]"),
            "`1` after `a` and `2` after `b`",
            id="elements of tuples",
        ),
        pytest.param(
            static_split("x = 1\nself.x = x", "self.x = y = 2"),
            "`1` after `a` and `2` after `b`",
            id="a literal through a local name",
        ),
        pytest.param(
            static_split("self.x = load()\nself.x = 1", "self.x = 1\nself.x = 2"),
            "`1` after `a` and `2` after `b`",
            id="the last assignment of a step counts",
        ),
        pytest.param(
            static_split("self.x = 1", start="self.x = 0"),
            "`1` after `a` and `0` after `b`",
            id="one branch alone replaces what was there before the split",
        ),
        pytest.param(
            static_split("self.x += 1", start="self.x = 0"),
            "`1` after `a` and `0` after `b`",
            id="one branch alone counts up",
        ),
        pytest.param(
            static_split("self.x -= 2", "self.x += 1", start="self.x = 0"),
            "`-2` after `a` and `1` after `b`",
            id="both count, one down",
        ),
        pytest.param(
            static_split("self.x = uuid4().hex", "self.x = str(uuid4())", top=UUID),
            "a new value after `a` and a new value after `b`",
            id="a unique value on both sides",
        ),
        pytest.param(
            static_split("import datetime\nself.x = datetime.datetime.now()", start="self.x = None"),
            "a new value after `a` and `None` after `b`",
            id="a time on one side",
        ),
        pytest.param(
            static_split("self.x = 1", "self.x = 2", "self.merge_artifacts(inputs)\nself.x = 3"),
            "`1` after `a` and `2` after `b`",
            id="an assignment after the merge comes too late",
        ),
        pytest.param(
            static_split("self.x = 1", "self.x = 2", "self.merge_artifacts(inputs, exclude=['y'])"),
            "`1` after `a` and `2` after `b`",
            id="another artifact is excluded",
        ),
        pytest.param(
            static_split("self.x = 1", "self.x = 2", "self.merge_artifacts(inputs=inputs, include=('x',))"),
            "`1` after `a` and `2` after `b`",
            id="the artifact is included",
        ),
        pytest.param(
            static_split("self.x = 1", "self.x = 2", members="x: int"),
            "`1` after `a` and `2` after `b`",
            id="the class declares the artifact without a value",
        ),
        pytest.param(
            static_split("self.x = 1\nprint(self.x)", "self.x = 2"),
            "`1` after `a` and `2` after `b`",
            id="reading a number does not change it",
        ),
        pytest.param(foreach("self.x = self.input", "self.merge_artifacts(inputs)"), ONE, id="the item"),
        pytest.param(foreach("self.x = self.index", "self.merge_artifacts(inputs)"), ONE, id="the index"),
        pytest.param(
            foreach("item = self.input\nself.x = {'item': item}", "self.merge_artifacts(inputs)"),
            ONE,
            id="a dictionary with the item, through a local name",
        ),
        pytest.param(
            foreach("self.x = f'fold-{self.index}'", "self.merge_artifacts(inputs)"),
            ONE,
            id="an f-string with the index",
        ),
        pytest.param(
            foreach("self.x = self.index + 1", "self.merge_artifacts(inputs)"), ONE, id="the index and one"
        ),
        pytest.param(
            foreach("self.x = uuid4()", "self.merge_artifacts(inputs)", top=UUID),
            ONE,
            id="a unique value in a foreach",
        ),
        pytest.param(
            foreach("self.x = self.input", "self.merge_artifacts(inputs)", start="self.items = ['a', 'b']"),
            ONE,
            id="items that are seen to differ",
        ),
        pytest.param(
            foreach("self.x = self.index", "self.merge_artifacts(inputs)", start="self.items = ['a', 'a']"),
            ONE,
            id="the index of equal items",
        ),
    ],
)
def test_what_surely_differs_between_branches_is_found(tmp_path: Path, code: str, expected: str) -> None:
    found = messages(tmp_path, code)
    assert len(found) == 1
    assert found[0].startswith("`x` cannot be merged: it is ")
    assert found[0].endswith(expected)


DIFFERING = {"a": "self.x = 1", "b": "self.x = 2"}


LEFT_ALONE = {
    "equal literals": static_split("self.x = [1]", "self.x = [1]"),
    "one branch alone has the artifact": static_split("self.x = 1"),
    "branches have different artifacts": static_split("self.x = 1", "self.y = 2"),
    "computed values may be equal": static_split("self.x = f()", "self.x = g()"),
    "a computed value may be the old one": static_split("self.x = f()", start="self.x = 1"),
    "both count alike": static_split("self.x += 1", "self.x += 1", start="self.x = 0"),
    "what is counted is not what was there before": static_split(
        "self.x = f()\nself.x += 1", start="self.x = 0"
    ),
    "the join may return before it merges": static_split(
        "self.x = 1", "self.x = 2", "if f():\n    return\nself.merge_artifacts(inputs)"
    ),
    "a nested function sets it": static_split("self.x = 1\ndef g(): self.x = 2\ng()", "self.x = 2"),
    "a nested function changes it": static_split(
        "def g(): self.x.append(2)\nself.x = [1]\ng()", "self.x = [1, 2]"
    ),
    "the step calls another step": static_split("self.x = 1\nself.b()", "self.x = 2"),
    "a method that is handed on lets self leave": static_split(
        "self.x = 1\nrun(self.fill)", "self.x = 2", members="def fill(self): update(self)"
    ),
    "a method of the base class sets it": static_split(
        "self.x = 1\nsuper().fill()",
        "self.x = 2",
        top="class B(FlowSpec):\n    def fill(self): self.x = 2",
        members="def fill(self): pass",
    ).replace("F(FlowSpec)", "F(B)"),
    "a number as a string": static_split("n = 1\nself.x = str(n)", "self.x = '1'"),
    "what is counted is unknown": static_split("self.x += 1", start="self.x = f()"),
    "a condition decides": static_split("if f(): self.x = 1", "self.x = 2"),
    "a step may return early": static_split("return\nself.x = 1", "self.x = 2"),
    "a list grows": static_split("self.x = []\nself.x.append(1)", "self.x = [1]"),
    "a shared list grows": static_split("self.x = y = []\ny.append(1)", "self.x = [1]"),
    "a local list grows": static_split("y = []\ny.append(1)\nself.x = y", "self.x = [1]"),
    "an old list grows": static_split("self.x.append(1)", "self.x = [1]", start="self.x = []"),
    "self leaves the step": static_split("self.x = 1\nfill(self)", "self.x = 2"),
    "a computed name is set": static_split("self.x = 1\nsetattr(self, n, 2)", "self.x = 2"),
    "a dunder sets it": static_split("self.x = 1\nself.__setattr__('x', 2)", "self.x = 2"),
    "a method sets it": static_split(
        "self.x = 1\nself.fill()", "self.x = 2", members="def fill(self): self.x = 2"
    ),
    "a property sets it": static_split(
        "self.x = 1\nself.fill", "self.x = 2", members="@property\ndef fill(self): self.x = 2"
    ),
    "a decorator from elsewhere may set it": static_split(
        **DIFFERING, decorators="@mine", top="from company import mine"
    ),
    "@catch sets it": static_split(**DIFFERING, decorators="@catch(var='x')"),
    "a class attribute is never merged": static_split(**DIFFERING, members="x = 1"),
    "nor a parameter": static_split(**DIFFERING, members="x = Parameter('x', default=1)"),
    "resolved": static_split(**DIFFERING, join="self.x = 3\nself.merge_artifacts(inputs)"),
    "perhaps resolved": static_split(**DIFFERING, join="if f(): self.x = 3\nself.merge_artifacts(inputs)"),
    "resolved by a method": static_split(
        **DIFFERING,
        join="self.resolve(inputs)\nself.merge_artifacts(inputs)",
        members="def resolve(self, inputs): self.x = inputs.a.x",
    ),
    "excluded": static_split(**DIFFERING, join="self.merge_artifacts(inputs, exclude=['x'])"),
    "excluded in place": static_split(**DIFFERING, join="self.merge_artifacts(inputs, ['x'])"),
    "left out": static_split(**DIFFERING, join="self.merge_artifacts(inputs, include=['y'])"),
    "one input alone": static_split(**DIFFERING, join="self.merge_artifacts([inputs.a])"),
    "inputs are another name": static_split(
        **DIFFERING, join="inputs = [inputs.a]\nself.merge_artifacts(inputs)"
    ),
    "nothing is merged": static_split(**DIFFERING, join="pass"),
    "perhaps merged": static_split(**DIFFERING, join="if f(): self.merge_artifacts(inputs)"),
    "the error is caught": static_split(
        **DIFFERING, join="try:\n    self.merge_artifacts(inputs)\nexcept Exception:\n    pass"
    ),
    "unique in one alone": static_split("self.x = uuid4()", "pass", start="pass", top=UUID),
    "unique before the split": static_split(start="self.x = uuid4()", top=UUID),
    "the same in each task": foreach("self.x = 1", "self.merge_artifacts(inputs)"),
    "items of one length": foreach("self.x = len(self.input)", "self.merge_artifacts(inputs)"),
    "items with one key": foreach("self.x = self.input['k']", "self.merge_artifacts(inputs)"),
    "pairs with one first": foreach("self.x, _ = self.input", "self.merge_artifacts(inputs)"),
    "a function of it": foreach("self.x = train(self.input)", "self.merge_artifacts(inputs)"),
    "rounded items": foreach("self.x = f'{self.input:.1f}'", "self.merge_artifacts(inputs)"),
    "a single item": foreach(
        "self.x = self.input", "self.merge_artifacts(inputs)", start="self.items = ['a']"
    ),
    "equal items": foreach(
        "self.x = self.input", "self.merge_artifacts(inputs)", start="self.items = [1, 1]"
    ),
    "the flow has an index of its own": foreach(
        "self.x = self.index", "self.merge_artifacts(inputs)", members="index = 3"
    ),
    "excluded item": foreach("self.x = self.input", "self.merge_artifacts(inputs, exclude=['x'])"),
}


@pytest.mark.parametrize("code", LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_what_may_be_equal_or_is_resolved_is_left_alone(tmp_path: Path, code: str) -> None:
    assert messages(tmp_path, code) == []


def test_a_value_is_followed_through_the_steps_of_a_branch(tmp_path: Path) -> None:
    code = flow(
        step("start", "self.x = 0", "self.a, self.b"),
        step("a", "self.x = 1", "self.a2"),
        step("a2", "print(self.x)", "self.join"),
        step("b", "", "self.join"),
        step("join", "self.merge_artifacts(inputs)", "self.end", joins=True),
        step("end", ""),
    )
    assert messages(tmp_path, code) == ["`x` cannot be merged: it is `1` after `a2` and `0` after `b`"]


@pytest.mark.parametrize(("other", "found"), [("self.x = 1", True), ("self.x = 5", False), ("pass", False)])
def test_the_cases_of_a_switch_must_agree(tmp_path: Path, other: str, found: bool) -> None:
    code = flow(
        step("start", "", "self.a, self.b"),
        step("a", "self.k = f()", "{'c': self.c, 'd': self.d}, condition='k'"),
        step("c", "self.x = 1", "self.join"),
        step("d", other, "self.join"),
        step("b", "self.x = 2", "self.join"),
        step("join", "self.merge_artifacts(inputs)", "self.end", joins=True),
        step("end", ""),
    )
    expected = ["`x` cannot be merged: it is `1` after `c` or `d` and `2` after `b`"] if found else []
    assert messages(tmp_path, code) == expected


def test_an_inner_join_may_merge_or_not(tmp_path: Path) -> None:
    code = flow(
        step("start", "self.x = 0", "self.a, self.b"),
        step("a", "", "self.a1, self.a2"),
        step("a1", "self.x = 1", "self.inner"),
        step("a2", "self.x = 1", "self.inner"),
        step("inner", "self.merge_artifacts(inputs)", "self.join", joins=True),
        step("b", "", "self.join"),
        step("join", "self.merge_artifacts(inputs)", "self.end", joins=True),
        step("end", ""),
    )
    assert messages(tmp_path, code) == []


def test_an_item_belongs_to_the_innermost_foreach(tmp_path: Path) -> None:
    code = flow(
        step("start", "self.outer = f()", "self.o, foreach='outer'"),
        step("o", "self.item = self.input\nself.inner = f()", "self.i, foreach='inner'"),
        step("i", "self.part = self.input", "self.close"),
        step("close", "self.merge_artifacts(inputs, exclude=['part'])", "self.join", joins=True),
        step("join", "self.merge_artifacts(inputs)", "self.end", joins=True),
        step("end", ""),
    )
    assert messages(tmp_path, code) == []


def test_a_split_inside_a_foreach_has_one_item(tmp_path: Path) -> None:
    code = flow(
        step("start", "self.outer = f()", "self.o, foreach='outer'"),
        step("o", "", "self.a, self.b"),
        step("a", "self.item = self.input", "self.close"),
        step("b", "self.item = self.input", "self.close"),
        step("close", "self.merge_artifacts(inputs)", "self.join", joins=True),
        step("join", "", "self.end", joins=True),
        step("end", ""),
    )
    assert messages(tmp_path, code) == []


@pytest.mark.parametrize(
    ("close", "after", "found"),
    [
        ("self.x = self.input", "", False),
        ("", "self.x = self.input", False),
        ("self.x = self.index", "", True),
        ("", "self.x = self.index", True),
    ],
)
def test_the_item_may_be_lost_in_a_join_inside_a_foreach(
    tmp_path: Path, close: str, after: str, found: bool
) -> None:
    code = flow(
        step("start", "self.outer = f()", "self.o, foreach='outer'"),
        step("o", "", "self.a, self.b"),
        step("a", "", "self.close"),
        step("b", "", "self.close"),
        step("close", close, "self.after", joins=True),
        step("after", after, "self.join"),
        step("join", "self.merge_artifacts(inputs)", "self.end", joins=True),
        step("end", ""),
    )
    assert bool(messages(tmp_path, code)) is found


def test_a_loop_of_a_switch_changes_a_count(tmp_path: Path) -> None:
    code = flow(
        step("start", "self.x = 0", "self.a, self.b"),
        step("a", "self.x += 1\nself.k = f()", "{'again': self.a, 'done': self.c}, condition='k'"),
        step("c", "", "self.join"),
        step("b", "self.x = 1", "self.join"),
        step("join", "self.merge_artifacts(inputs)", "self.end", joins=True),
        step("end", ""),
    )
    assert messages(tmp_path, code) == []


def test_several_artifacts_are_several_findings_once(tmp_path: Path) -> None:
    join = "self.merge_artifacts(inputs, include=['x'])\nself.merge_artifacts(inputs)"
    code = static_split("self.x = 1\nself.y = 1", "self.x = 2\nself.y = 2", join)
    assert messages(tmp_path, code) == [
        "`x` cannot be merged: it is `1` after `a` and `2` after `b`",
        "`y` cannot be merged: it is `1` after `a` and `2` after `b`",
    ]


def test_a_computed_list_of_exclusions_is_a_silence(tmp_path: Path) -> None:
    code = static_split(**DIFFERING, join="self.merge_artifacts(inputs, exclude=names())")
    assert messages(tmp_path, code) == []
    reason = "MF604 [merge-conflict]: what join `join` merges is computed"
    assert silences(tmp_path, {"flow.py": code}, "MF604") == [reason]


def test_an_unknown_base_is_a_silence(tmp_path: Path) -> None:
    code = static_split(**DIFFERING, top="from company import Base").replace("F(FlowSpec)", "F(Base)")
    assert messages(tmp_path, code) == []
    reason = "MF604 [merge-conflict]: base class Base of F is not in the project's source"
    assert silences(tmp_path, {"flow.py": code}, "MF604") == [reason]


@pytest.mark.parametrize("target", ["self.missing", "self.a, self.start", "self.end"])
def test_a_broken_graph_is_a_silence(tmp_path: Path, target: str) -> None:
    code = static_split(**DIFFERING).replace("self.next(self.a, self.b)", f"self.next({target})")
    assert messages(tmp_path, code) == []


def test_a_conflict_in_inherited_steps_stands_at_the_class(tmp_path: Path) -> None:
    files = {
        "base.py": static_split(**DIFFERING),
        "flow.py": "from base import F\n\nclass G(F):\n    pass\n",
    }
    expected = (3, 7, "`x` cannot be merged: it is `1` after `a` and `2` after `b`")
    assert check(tmp_path, files, "MF604") == [expected]


def test_a_branch_that_a_subclass_overrides_counts(tmp_path: Path) -> None:
    override = "from base import F\nfrom metaflow import step\n\nclass G(F):\n" + step(
        "b", "self.x = 1", "self.join"
    )
    files = {"base.py": static_split(**DIFFERING), "flow.py": override}
    assert check(tmp_path, files, "MF604") == []
