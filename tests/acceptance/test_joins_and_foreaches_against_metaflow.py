"""What the rules about data flow say happens in Metaflow, and without the fault the flow runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.acceptance.test_rules_against_metaflow import run
from tests.mflint.rules.dataflow.flows import flow, foreach, static_split, step

pytestmark = pytest.mark.slow

START = '\n\nif __name__ == "__main__":\n    F()\n'
RULES = ("MF604", "MF605", "MF606", "MF608")


def ran(root: Path, code: str) -> tuple[bool, str]:
    """Whether a run of the flow ends well, and all that it prints."""
    (root / "small.py").write_text(code + START)
    done = run("small.py", "--no-pylint", "run", cwd=root)
    return done.returncode == 0, done.stdout + done.stderr


def found(root: Path) -> list[str]:
    report = check_paths([root / "small.py"], Settings(root, select=RULES))
    return [f"{finding.code} {finding.message}" for finding in report.findings]


def refused(output: str) -> list[str]:
    """The artifacts that Metaflow says it cannot merge."""
    names = re.search(r"conflicting values:.*?\[([^\]/]*)\]\.", output, re.DOTALL)
    assert names is not None, output
    return sorted({name.strip() for name in names.group(1).split(",")})


def named(findings: list[str]) -> list[str]:
    return sorted(text.split("`")[1] for text in findings if text.startswith("MF604"))


BEFORE = """
self.count = 0
self.replaced = "old"
self.kept = "old"
self.both = 0
self.made = uuid4()
"""
A = """
self.literal = "a"
self.kind = True
self.order = {"a": 1, "b": 2}
self.equal = [1, {"a": None}]
self.alone = 1
self.count += 1
self.both += 1
self.replaced = "new"
self.unique = uuid4()
self.when = str(datetime.now())
self.late = 1
self._private = 1
self.early = 1
self.left_out = 1
"""
B = """
self.literal = "b"
self.kind = 1
self.order = {"b": 2, "a": 1}
self.equal = [1, {"a": None}]
self.both += 1
self.unique = uuid4()
self.when = str(datetime.now())
self.late = 2
self._private = 2
self.early = 2
self.left_out = 2
"""
TOP = "from datetime import datetime\nfrom uuid import uuid4"
DIFFERENT = ["_private", "count", "kind", "late", "literal", "order", "replaced", "unique", "when"]


def test_metaflow_refuses_to_merge_just_the_artifacts_that_are_found(tmp_path: Path) -> None:
    join = "self.early = 3\nself.merge_artifacts(inputs, exclude=['left_out'])\nself.late = 3"
    well, output = ran(tmp_path, static_split(A, B, join, start=BEFORE, top=TOP))
    assert not well
    assert refused(output) == DIFFERENT
    assert named(found(tmp_path)) == DIFFERENT


def test_what_is_assigned_before_the_merge_is_not_merged(tmp_path: Path) -> None:
    join = f"self.late = self.early = 3\nself.merge_artifacts(inputs, exclude={[*DIFFERENT, 'left_out']})"
    well, output = ran(tmp_path, static_split(A, B, join, start=BEFORE, top=TOP))
    assert well, output
    assert found(tmp_path) == []


WORK = """
item = self.input
self.item = item
self.index_ = self.index
self.text = f"{self.input}-{self.index}"
self.next_ = self.index + 1
self.pair = (1, self.input)
self.unique = uuid4().hex
self.same = "a"
self.length = len(self.input)
self.first = self.input[0]
"""


@pytest.mark.parametrize(
    ("items", "different"),
    [
        ('["ab", "ac"]', ["index_", "item", "next_", "pair", "text", "unique"]),
        ('["ab", "ab"]', ["index_", "next_", "text", "unique"]),
    ],
)
def test_the_tasks_of_a_foreach_differ_in_just_what_is_found(
    tmp_path: Path, items: str, different: list[str]
) -> None:
    code = foreach(WORK, "self.merge_artifacts(inputs)", start=f"self.items = {items}", top=TOP)
    well, output = ran(tmp_path, code)
    assert not well
    assert refused(output) == different
    assert named(found(tmp_path)) == different


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ("self.items = 3", "'int' object is not iterable"),
        ("self.items = []", "produced zero splits"),
        ("pass", "does not exist"),
        ("self.items = (i for i in [1, 2])", "Cannot pickle"),
        ("self.items = enumerate([1, 2])", "StopIteration"),
        ("import itertools\nself.items = itertools.chain([1], [2])", "StopIteration|Cannot pickle"),
        ("self.items = {'a': 1}", "KeyError: 0"),
    ],
)
def test_a_foreach_fails_over_what_is_found(tmp_path: Path, start: str, message: str) -> None:
    well, output = ran(tmp_path, foreach("self.got = self.input", start=start))
    assert not well
    assert re.search(message, output), output
    assert [text[:5] for text in found(tmp_path)] == ["MF605"]


@pytest.mark.parametrize(
    ("start", "members", "work"),
    [
        ("self.items = {0: 'a', 1: 'b'}", "", "self.got = self.input"),
        ("self.items = {'a': 1, 'b': 2}.items()\nself.items = list(self.items)", "", "self.got = self.input"),
        ("self.items = zip('ab', 'cd')", "", "self.got = self.index"),
        ("self.items = {1, 2}", "", "self.got = self.input"),
    ],
)
def test_a_foreach_runs_over_what_is_left_alone(tmp_path: Path, start: str, members: str, work: str) -> None:
    join = "print('got', len({one.got for one in inputs}))"
    well, output = ran(tmp_path, foreach(work, join, start=start, members=members))
    assert well, output
    assert "got 2" in output
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("start", "alike"),
    [("self.items = set('abcde')", False), ("self.items = sorted(set('abcde'))", True)],
)
def test_each_task_orders_a_set_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str, alike: bool
) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    work = "self.seen = ''.join(self.items)\nself.got = self.input"
    join = "print('orders', len({one.seen for one in inputs}))"
    well, output = ran(tmp_path, foreach(work, join, start=start))
    assert well, output
    assert ("orders 1\n" in output) is alike
    assert [text[:5] for text in found(tmp_path)] == ([] if alike else ["MF605"])


SHOW = "print('in', self._current_step, 'is', self.input, self.index)"


def inputs_inside(merge: str) -> str:
    """A split, and a step after its join, inside a foreach; each shows its input and index."""
    return flow(
        step("start", f"{SHOW}\nself.items = ['x']", "self.work, foreach='items'"),
        step("work", SHOW, "self.a, self.b"),
        step("a", "", "self.inner"),
        step("b", "", "self.inner"),
        step("inner", f"{merge}\n{SHOW}", "self.after", joins=True),
        step("after", SHOW, "self.join"),
        step("join", SHOW, "self.end", joins=True),
        step("end", ""),
    )


@pytest.mark.parametrize(("merge", "item"), [("pass", "None"), ("self.merge_artifacts(inputs)", "x")])
def test_the_input_is_none_just_where_it_is_found(tmp_path: Path, merge: str, item: str) -> None:
    well, output = ran(tmp_path, inputs_inside(merge))
    assert well, output
    shown = dict(re.findall(r"in (\w+) is (.*)", output))
    assert shown == {
        "start": "None None",
        "work": "x 0",
        "inner": f"{item} 0",
        "after": f"{item} 0",
        "join": "None None",
    }
    lost = [f"MF606 `self.input` is None {at} join `inner`, which has lost `items`" for at in ("in", "after")]
    outside = [
        f"MF606 `self.{name}` is None here: no foreach is open in step `{where}`"
        for where in ("start", "join")
        for name in ("input", "index")
    ]
    assert sorted(found(tmp_path)) == sorted([*outside, *(lost if item == "None" else [])])


def test_the_order_of_inputs_changes_from_run_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = static_split("self.x = 'a'", "self.x = 'b'", "print('first', inputs[0].x, inputs.a.x)")
    firsts = set()
    for seed in range(12):
        monkeypatch.setenv("PYTHONHASHSEED", str(seed))
        well, output = ran(tmp_path, code)
        assert well, output
        firsts.update(re.findall(r"first (\w \w)", output))
        if len(firsts) > 1:
            break
    assert firsts == {"a a", "b a"}
    assert [text[:5] for text in found(tmp_path)] == ["MF608"]
