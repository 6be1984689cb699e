from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences
from tests.mflint.rules.dataflow.flows import flow, foreach, step

NUMBER = "is a number"
NONE = "is None"
EMPTY = "is empty"
GENERATOR = "is a generator, which cannot be stored"
VIEW = "is a view of a dictionary, which cannot be stored"
ITERATOR = "is an iterator, which is used up before the tasks ask for their items"
DICTIONARY = "is a dictionary, and each task looks up its number in it as a key"
SET = "is a set, which each task orders anew: items may be lost or come twice"
MISSING = "is never assigned"
READ = "print(self.input)"


def reasons(root: Path, code: str) -> list[str]:
    """What is said of `self.items`."""
    start = "the foreach cannot go through `self.items`: it "
    return [message.removeprefix(start) for _, _, message in check(root, {"flow.py": code}, "MF605")]


def test_the_finding_stands_at_the_transition(tmp_path: Path) -> None:
    expected = (6, 9, "the foreach cannot go through `self.items`: it is a number")
    assert check(tmp_path, {"flow.py": foreach(start="self.items = 3")}, "MF605") == [expected]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("self.items = 1.5", NUMBER),
        ("self.items = True", NUMBER),
        ("self.items: object = None", NONE),
        ("a, self.items = 1, None", NONE),
        ("n = 3\nself.items = n", NUMBER),
        ("self.items = []", EMPTY),
        ("self.items = ''", EMPTY),
        ("self.items = list()", EMPTY),
        ("self.items = set()", EMPTY),
        ("self.items = {}", EMPTY),
        ("self.items = range(0)", EMPTY),
        ("self.items = load()\nself.items = ()", EMPTY),
        ("self.items = (i for i in load())", GENERATOR),
        ("many = (i for i in load())\nself.items = many", GENERATOR),
        ("self.items = numbers()", GENERATOR),
        ("self.items = self.words()", GENERATOR),
        ("self.items = {'a': 1}.keys()", VIEW),
        ("found = {'a': 1}\nself.items = found.items()", VIEW),
        ("import collections\nself.items = collections.Counter('ab').values()", VIEW),
        ("self.items = zip(load(), load())", ITERATOR),
        ("self.items = enumerate(load())", ITERATOR),
        ("pairs = map(str, load())\nself.items = pairs", ITERATOR),
        ("import itertools\nself.items = itertools.product('ab', 'cd')", ITERATOR),
        ("from itertools import chain as c\nself.items = c.from_iterable(load())", ITERATOR),
        ("self.items = {'a': 1}", DICTIONARY),
        ("self.items = {1: 'a', 2: 'b'}", DICTIONARY),
        ("self.items = dict(a=1)", DICTIONARY),
        ("self.items = {'a', 'b'}", SET),
        ("self.items = {*load()}", SET),
        ("self.items = set(load())", SET),
        ("self.items = frozenset('ab')", SET),
        ("self.items = {name for name in load()}", SET),
        ("self.items = set(load()) - {'a'}", SET),
        ("found = set()\nfound.add('a')\nself.items = found", SET),
        ("self.items = set()\nself.items.add('a')", SET),
        ("self.items = {'a', 'b'}\nprint(self.items)", SET),
        ("if load():\n    self.items = None", NONE),
    ],
)
def test_what_cannot_be_gone_through_is_found(tmp_path: Path, start: str, expected: str) -> None:
    code = foreach(
        READ,
        start=start,
        top="def numbers():\n    yield 1",
        members="def words(self):\n    yield 'a'",
    )
    assert reasons(tmp_path, code) == [expected]


FINE = [
    "self.items = [1]",
    "self.items = 'ab'",
    "self.items = (1, 2)",
    "self.items = range(3)",
    "self.items = range(n)",
    "self.items = load()",
    "self.items = []\nself.items.append(1)",
    "self.items = []\nfor i in load():\n    self.items += [i]",
    "self.items = found = []\nfound.append(1)",
    "found = []\nfound.append(1)\nself.items = found",
    "self.items = []\nfill(self)",
    "self.items = None\nself.fill()",
    "self.items = None\nif load():\n    self.items = [1]",
    "self.items = None\nsetattr(self, name(), [1])",
    "self.items = {0: 'a', 1: 'b'}",
    "self.items = {key(): 1}",
    "self.items = {**load()}",
    "self.items = {'a': 1}\nself.items[0] = 2",
    "self.items = load().keys()",
    "self.items = list({'a': 1}.keys())",
    "self.items = sorted({'a', 'b'})",
    "self.items = {'a', 'b'}\nself.items = list(self.items)",
    "self.items = {1, 2, 3.5}",
    "self.items = set(range(3))",
    "self.items = set([1, 2])",
    "self.items = {'a'}",
    "self.items = set(['a'])",
    "self.items = {i for i in range(3)}",
    "self.items = list(zip(load(), load()))",
    "self.items = [i for i in load()]",
    "def zip(a): return [a]\nself.items = zip(1)",
    "self.items = listed()",
    "for self.items in load(): pass",
    "self.items = wrapped()",
    "n = None\ndef g(n):\n    self.items = n\ng([1])",
]


@pytest.mark.parametrize("start", FINE)
def test_what_can_be_gone_through_or_is_not_seen_is_left_alone(tmp_path: Path, start: str) -> None:
    code = foreach(
        READ,
        start=start,
        top="def listed():\n    return [i for i in 'ab']\n@as_list\ndef wrapped():\n    yield 1",
        members="def fill(self): self.items = [1]",
    )
    assert reasons(tmp_path, code) == []


@pytest.mark.parametrize("start", ["zip('ab', 'cd')", "{'a': 1}", "{'a', 'b'}"])
@pytest.mark.parametrize(("work", "found"), [("print(self.index)", 0), ("self.use()", 1), (READ, 1)])
def test_some_values_only_fail_where_a_task_reads_its_item(
    tmp_path: Path, start: str, work: str, found: int
) -> None:
    code = foreach(work, start=f"self.items = {start}", members="def use(self): return self.input")
    assert len(reasons(tmp_path, code)) == found


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ("items = Parameter('items', default=3)", [NUMBER]),
        ("items = 3", [NUMBER]),
        ("items = None", [NONE]),
        ("items = []", [EMPTY]),
        ("items: list", [MISSING]),
        ("items = Parameter('items', default='ab')", []),
        ("items = Parameter('items', default=3, type=str)", []),
        ("items = Parameter('items')", []),
        ("items = [1, 2]", []),
        ("if load():\n    items = None", [NONE]),
        ("items = None\nitems = [1]", []),
        ("def items(self): return [1]", []),
        ("@property\ndef items(self): return [1]", []),
    ],
)
def test_attributes_of_the_class_count(tmp_path: Path, members: str, expected: list[str]) -> None:
    assert reasons(tmp_path, foreach(READ, start="pass", members=members)) == expected


def test_an_artifact_that_nothing_assigns_is_found(tmp_path: Path) -> None:
    assert reasons(tmp_path, foreach(READ, start="items = [1]")) == [MISSING]


@pytest.mark.parametrize(
    "code",
    [
        foreach(start="setattr(self, name(), [1])"),
        foreach(start="fill(self)"),
        foreach(start="self.__setattr__('items', [1])"),
        foreach(start="pass", decorators="@mine", top="from company import mine"),
        foreach(start="pass", decorators="@catch(var='items')"),
        flow(
            step("start", "", "self.first"),
            step("first", "", "self.split", decorators="@catch(var='items')"),
            step("split", "", "self.work, foreach='items'"),
            step("work", "", "self.join"),
            step("join", "", "self.end", joins=True),
            step("end", ""),
        ),
        foreach(start="self.fill()", members="def fill(self): self.items = [1]"),
        foreach(start="pass", members="locals()['items'] = [1]"),
        foreach(start="pass", members="def fill(self): self.items = [1]"),
    ],
)
def test_what_may_assign_it_unseen_keeps_the_rule_silent(tmp_path: Path, code: str) -> None:
    assert reasons(tmp_path, code) == []


@pytest.mark.parametrize(
    ("first", "expected"),
    [("self.items = None", [NONE]), ("self.items = [1]", []), ("self.items = []", []), ("pass", [MISSING])],
)
def test_the_only_assignment_may_stand_in_an_earlier_step(
    tmp_path: Path, first: str, expected: list[str]
) -> None:
    code = flow(
        step("start", first, "self.split"),
        step("split", "print(getattr(self, 'items', 1))", "self.work, foreach='items'"),
        step("work", READ, "self.join"),
        step("join", "", "self.end", joins=True),
        step("end", ""),
    )
    assert reasons(tmp_path, code) == expected


def test_an_unknown_base_is_a_silence(tmp_path: Path) -> None:
    code = foreach(start="self.items = 3", top="from company import Base").replace("F(FlowSpec)", "F(Base)")
    assert reasons(tmp_path, code) == []
    reason = "MF605 [invalid-foreach]: base class Base of F is not in the project's source"
    assert silences(tmp_path, {"flow.py": code}, "MF605") == [reason]


def test_a_broken_graph_is_a_silence(tmp_path: Path) -> None:
    code = foreach(start="self.items = 3").replace("self.next(self.join)", "self.next(self.missing)")
    assert reasons(tmp_path, code) == []


def test_an_inherited_foreach_is_shown_at_the_class(tmp_path: Path) -> None:
    files = {"base.py": foreach(start="self.items = 3"), "flow.py": "from base import F\nclass G(F): pass\n"}
    expected = (2, 7, "the foreach cannot go through `self.items`: it is a number")
    assert check(tmp_path, files, "MF605") == [expected]


def test_a_parameter_of_a_base_class_may_stand_in_another_file(tmp_path: Path) -> None:
    files = {
        "base.py": "from metaflow import FlowSpec, Parameter\n\nclass B(FlowSpec):\n"
        "    items = Parameter('items', default=3)\n",
        "flow.py": foreach(start="pass", top="from base import B").replace("F(FlowSpec)", "F(B)"),
    }
    assert [message[-11:] for _, _, message in check(tmp_path, files, "MF605")] == [NUMBER]
