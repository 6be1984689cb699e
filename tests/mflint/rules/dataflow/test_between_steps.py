"""What one step leaves to the next: switches, splits, foreaches, joins, decorators, base classes, methods."""

from __future__ import annotations

from pathlib import Path

import pytest

from mflint.analysis.dataflow.analysis import presence_at_end
from mflint.analysis.dataflow.events import Presence
from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import project_at, silences, write
from tests.mflint.rules.dataflow.small_flows import flow, found

SWITCH = 'self.next({"a": self.a, "b": self.b}, condition="kind")'
END = "self.next(self.end)"
SPLIT = "self.next(self.a, self.b)"
JOIN = "self.next(self.the_join)"


def switched(*, start: str = "", a: str = "", b: str = "", end: str = "print(self.x)") -> str:
    return flow(start=f"{start}\n{SWITCH}", a=f"{a}\n{END}", b=f"{b}\n{END}", end=end)


def split(*, start: str = "", a: str = "", b: str = "", join: str = "", end: str = "") -> str:
    return flow(start=f"{start}\n{SPLIT}", a=f"{a}\n{JOIN}", b=f"{b}\n{JOIN}", the_join=join, end=end)


def repeated(*, start: str = "", work: str = "", join: str = "", end: str = "") -> str:
    each = 'self.items = [1, 2]\nself.next(self.work, foreach="items")'
    return flow(start=f"{start}\n{each}", work=work, the_join=join, end=end)


@pytest.mark.parametrize(
    ("code", "findings"),
    [
        pytest.param(switched(start="self.x = 1"), [], id="assigned before a switch"),
        pytest.param(switched(a="self.x = 1", b="self.x = 2"), [], id="assigned in every case"),
        pytest.param(switched(a="self.x = 1"), ["MF602 print(self.x)"], id="assigned in one case"),
        pytest.param(switched(), ["MF601 print(self.x)"], id="assigned in no case"),
        pytest.param(
            switched(a="self.x = 1", b="print(self.x)", end=""),
            ["MF601 print(self.x)"],
            id="in the other case",
        ),
        pytest.param(
            switched(start="if self.LIMIT: self.x = 1", a="print(self.x)", end=""),
            [],
            id="a condition that the switch may be about",
        ),
        pytest.param(
            switched(start="if self.LIMIT: self.x = 1", end="print(self.x)"),
            ["MF602 print(self.x)"],
            id="a condition, where all cases meet again",
        ),
        pytest.param(
            switched(a="if self.LIMIT: self.x = 1\nprint(self.x)", end=""),
            ["MF602 print(self.x)"],
            id="a condition within a case",
        ),
        pytest.param(
            switched(start="if self.LIMIT: self.x = 1", b="self.x = 2"),
            [],
            id="a condition and the other case",
        ),
        pytest.param(
            flow(
                start=SWITCH,
                a=f"self.x = 1\n{'self.next(self.meet)'}",
                b="self.next(self.meet)",
                meet='self.next({"c": self.c, "d": self.d}, condition="kind")',
                c=f"print(self.x)\n{END}",
                d=END,
                end="",
            ),
            [],
            id="two switches that may decide alike",
        ),
        pytest.param(
            flow(start=f"self.k = 1\n{SWITCH.replace('kind', 'k')}", a=END, b=END, end=""),
            [],
            id="a condition",
        ),
        pytest.param(
            flow(start=SWITCH.replace("kind", "k"), a=END, b=END, end=""),
            [f"MF601 {SWITCH.replace('kind', 'k')}"],
            id="a switch on what is not there",
        ),
        pytest.param(
            flow(
                start="self.count = 0",
                again='self.count += 1\nself.next({True: self.again, False: self.end}, condition="count")',
                end="print(self.count)",
            ),
            [],
            id="a step that repeats itself",
        ),
        pytest.param(
            flow(
                start="",
                again='self.count += 1\nself.next({True: self.again, False: self.end}, condition="count")',
                end="",
            ),
            ["MF601 self.count += 1"],
            id="a step that repeats itself and counts from nowhere",
        ),
        pytest.param(
            flow(
                start="self.n = 0",
                again="if self.n: print(self.seen)\nself.seen = self.n = 1\n"
                'self.next({True: self.again, False: self.end}, condition="n")',
                end="print(self.seen)",
            ),
            [],
            id="what an earlier round left",
        ),
    ],
)
def test_switches(tmp_path: Path, code: str, findings: list[str]) -> None:
    assert found(tmp_path, code) == findings


@pytest.mark.parametrize(
    ("code", "findings"),
    [
        pytest.param(
            split(start="self.x = 1", a="print(self.x)", b="print(self.x)"), [], id="branches inherit"
        ),
        pytest.param(
            split(a="self.x = 1", b="print(self.x)"), ["MF601 print(self.x)"], id="not each other's"
        ),
        pytest.param(
            split(start="self.x = 1", join="print(self.x)"), ["MF603 print(self.x)"], id="before a merge"
        ),
        pytest.param(split(start="self.x = 1", end="print(self.x)"), ["MF603 print(self.x)"], id="no merge"),
        pytest.param(
            split(start="self.x = 1", join="self.merge_artifacts(inputs)", end="print(self.x)"),
            [],
            id="merged",
        ),
        pytest.param(
            split(start="self.x = 1", join="self.merge_artifacts(inputs)\nprint(self.x)"),
            [],
            id="read after merging",
        ),
        pytest.param(
            split(a="self.x = 1", join="self.merge_artifacts(inputs)\nprint(self.x)"), [], id="the union"
        ),
        pytest.param(
            split(a="self.x = 1", join="super().merge_artifacts(inputs)\nprint(self.x)"),
            [],
            id="merged by super",
        ),
        pytest.param(
            split(a="self.x = 1", join="self.x = inputs.a.x", end="print(self.x)"), [], id="assigned"
        ),
        pytest.param(
            split(
                start="self.x = self.y = 1",
                join="self.merge_artifacts(inputs, exclude=['x'])",
                end="print(self.x)",
            ),
            ["MF603 print(self.x)"],
            id="excluded",
        ),
        pytest.param(
            split(
                start="self.x = self.y = 1", join="self.merge_artifacts(inputs, ['x'])", end="print(self.x)"
            ),
            ["MF603 print(self.x)"],
            id="excluded by position",
        ),
        pytest.param(
            split(
                start="self.x = self.y = 1",
                join="self.merge_artifacts(inputs, include=['y'])",
                end="print(self.x)",
            ),
            ["MF603 print(self.x)"],
            id="not included",
        ),
        pytest.param(
            split(
                start="self.x = 1",
                join="self.merge_artifacts(inputs, include=self.LIMIT)",
                end="print(self.x)",
            ),
            [],
            id="a computed include",
        ),
        pytest.param(
            split(start="self.x = 1", join="if self.kind: self.merge_artifacts(inputs)", end="print(self.x)"),
            ["MF602 print(self.x)"],
            id="merged under a condition",
        ),
        pytest.param(split(join="print(self.kind, self.LIMIT)"), [], id="Parameters survive a join"),
        pytest.param(
            split(join="print(self.x)"), ["MF601 print(self.x)"], id="what was never there is not lost"
        ),
        pytest.param(
            split(start="self.x = 1", join="for n in ['x']:\n    setattr(self, n, 1)", end="print(self.x)"),
            [],
            id="assigned by computed names",
        ),
        pytest.param(
            split(start="fill(self)", join="print(self.x)"), [], id="what unknown code set before the join"
        ),
        pytest.param(
            repeated(start="self.x = 1", work="print(self.x)\nself.y = 1", join="print(self.y)"),
            ["MF603 print(self.y)"],
            id="a foreach inherits and its join does not",
        ),
        pytest.param(
            repeated(work="self.y = 1", join="self.merge_artifacts(inputs)", end="print(self.y, self.items)"),
            [],
            id="a foreach's join merges",
        ),
        pytest.param(
            flow(
                start=f"self.x = 1\n{SPLIT}",
                a='self.items = [1]\nself.next(self.work, foreach="items")',
                work="self.next(self.inner_join)",
                inner_join=JOIN,
                b=JOIN,
                the_join="self.merge_artifacts(inputs)",
                end="print(self.x, self.items)",
            ),
            ["MF603 print(self.x, self.items)"],
            id="a foreach in a split: one branch keeps what the other loses",
        ),
        pytest.param(
            flow(
                start=f"self.x = 1\n{SPLIT}",
                a=f"{SWITCH.replace('self.a', 'self.c').replace('self.b', 'self.d')}",
                c=f"self.y = 1\n{JOIN}",
                d=JOIN,
                b=JOIN,
                the_join="self.merge_artifacts(inputs)",
                end="print(self.x, self.y)",
            ),
            ["MF602 print(self.x, self.y)"],
            id="a switch that leads into the join from two cases",
        ),
    ],
)
def test_splits_and_joins(tmp_path: Path, code: str, findings: list[str]) -> None:
    assert found(tmp_path, code) == findings


@pytest.mark.parametrize(
    ("join", "findings"),
    [
        ("print(inputs.a.x, inputs.a.y)", []),
        ("print(inputs.b.y)", ["MF601 print(inputs.b.y)"]),
        ("print(inputs[0].y)", []),
        ("print(inputs[0].z)", ["MF601 print(inputs[0].z)"]),
        ("print([i.x for i in inputs])", []),
        ("print([i.y for i in inputs])", ["MF602 print([i.y for i in inputs])"]),
        ("print(sum(i.z for i in inputs))", ["MF601 print(sum(i.z for i in inputs))"]),
        ("print({i.x: i.y for i in inputs})", ["MF602 print({i.x: i.y for i in inputs})"]),
        ("for i in inputs: print(i.y)", ["MF602 for i in inputs: print(i.y)"]),
        ("for n, i in enumerate(inputs): print(i.y)", ["MF602 for n, i in enumerate(inputs): print(i.y)"]),
        ("for i in inputs:\n    if i.x: print(i.y)", []),
        ("for i in inputs:\n    if not i.x: continue\n    print(i.y)", []),
        ("for i in inputs:\n    if i.x: print(i.z)", ["MF601 if i.x: print(i.z)"]),
        ("print([i.y for i in inputs if i.x])", []),
        ("print([i.y for i in inputs if hasattr(i, 'y')])", []),
        ("print([getattr(i, 'z', None) for i in inputs])", []),
        ("print(getattr(inputs.b, 'z'))", ["MF601 print(getattr(inputs.b, 'z'))"]),
        ("for i in inputs:\n    try:\n        print(i.z)\n    except AttributeError:\n        pass", []),
        ("best = max(inputs, key=lambda i: i.y)", ["MF602 best = max(inputs, key=lambda i: i.y)"]),
        ("best = max(inputs, key=lambda i: i.x)\nprint(best.y, best.z)", ["MF601 print(best.y, best.z)"]),
        ("first = inputs.a\nprint(first.z)", ["MF601 print(first.z)"]),
        ("i = inputs.a\ni = 1\nprint(i.z)", []),
        ("i = inputs.a if self.kind else inputs.b\nprint(i.y)", []),
        ("for i, n in zip(inputs, [1, 2]): print(i.y)", []),
        ("for i in list(inputs)[1:]: print(i.y)", []),
        ("for i in inputs: i.z = 1\nprint([i.z for i in inputs])", []),
        ("print([i.kind for i in inputs], inputs[0].index, inputs.a.LIMIT, inputs.b.input)", []),
        ("print([a for a in inputs], [x.z for x in [1]])", []),
        ("print([i.x for i in inputs.flows])", []),
        ("print(inputs.c.x)", ["MF610 print(inputs.c.x)"]),
        ("print(inputs.start.x)", ["MF610 print(inputs.start.x)"]),
        ("print(inputs.merge)", ["MF610 print(inputs.merge)"]),
        ("if hasattr(inputs, 'c'): print(inputs.c.x)", []),
        ("print(getattr(inputs, 'c', None))", []),
        ("try:\n    print(inputs.c)\nexcept AttributeError:\n    pass", []),
        ("inputs = list(inputs)\nprint(inputs.c)", []),
    ],
)
def test_what_a_join_reads_of_its_inputs(tmp_path: Path, join: str, findings: list[str]) -> None:
    assert found(tmp_path, split(start="self.x = 1", a="self.y = 2", join=join)) == findings


def test_the_argument_of_a_join_may_have_any_name(tmp_path: Path) -> None:
    code = (
        split(join="print(inputs.c)")
        .replace("(self, inputs)", "(self, branches)")
        .replace("inputs.c", "branches.c")
    )
    assert found(tmp_path, code) == ["MF610 print(branches.c)"]


def test_an_input_of_a_foreach_is_called_like_the_step_before_the_join(tmp_path: Path) -> None:
    code = repeated(work="self.y = 1", join="print(inputs.work.y, inputs[0].y, inputs.start.y)")
    assert found(tmp_path, code) == ["MF610 print(inputs.work.y, inputs[0].y, inputs.start.y)"]


@pytest.mark.parametrize(
    ("code", "findings"),
    [
        (flow(start="self.merge_artifacts([])", end=""), ["MF609 self.merge_artifacts([])"]),
        (
            split(
                start="self.x = self.y = 1", join="self.merge_artifacts(inputs, include=['x'], exclude=['y'])"
            ),
            ["MF609 self.merge_artifacts(inputs, include=['x'], exclude=['y'])"],
        ),
        (split(start="self.x = 1", join="self.merge_artifacts(inputs, include=['x'], exclude=[])"), []),
        (split(start="self.x = 1", join="self.merge_artifacts(inputs, None, ['x'])"), []),
        (
            split(start="self.x = 1", join="self.merge_artifacts(inputs, include=['x', 'y'])"),
            ["MF609 self.merge_artifacts(inputs, include=['x', 'y'])"],
        ),
        (split(a="self.x = 1", join="self.merge_artifacts(inputs, include=['x'])"), []),
        (split(join="self.x = 1\nself.merge_artifacts(inputs, include=['x', 'kind', 'LIMIT'])"), []),
        (split(a="fill(self)", join="self.merge_artifacts(inputs, include=['x'])"), []),
        (split(a="if self.kind: self.x = 1", join="self.merge_artifacts(inputs, include=['x'])"), []),
        (
            split(join="try:\n    self.merge_artifacts(inputs, include=['x'])\nexcept Exception:\n    pass"),
            [],
        ),
        (
            flow(
                start=SPLIT,
                a='self.x = [1]\nself.next(self.work, foreach="x")',
                work="self.next(self.inner_join)",
                inner_join=JOIN,
                b=JOIN,
                the_join="self.merge_artifacts(inputs, include=['x'])",
                end="",
            ),
            ["MF609 self.merge_artifacts(inputs, include=['x'])"],
        ),
    ],
)
def test_merges(tmp_path: Path, code: str, findings: list[str]) -> None:
    assert found(tmp_path, code) == findings


@pytest.mark.parametrize(
    ("code", "findings"),
    [
        pytest.param(flow(start="@retry\n---\nself.x = 1", end="print(self.x)"), [], id="retry"),
        pytest.param(
            flow(start="@catch(var='e')\n---\nself.x = 1", end="print(self.x, self.e)"), [], id="catch"
        ),
        pytest.param(
            flow(start="@catch\n---\nself.x = 1", end="print(self.e)"),
            ["MF601 print(self.e)"],
            id="catch, no var",
        ),
        pytest.param(
            flow(
                start="@catch(var='e')\n---\nself.x = 1\nraise ValueError",
                end="print(self.x, self.e, self.y)",
            ),
            ["MF601 print(self.x, self.e, self.y)"],
            id="a step that always fails, caught",
        ),
        pytest.param(flow(start="raise ValueError", end="print(self.x)"), [], id="a step that always fails"),
        pytest.param(flow(start="@catch(var=NAME)\n---\npass", end="print(self.e)"), [], id="a computed var"),
        pytest.param(
            flow(start="@company\n---\npass", end="print(self.e)"), [], id="somebody's own decorator"
        ),
    ],
)
def test_decorators(tmp_path: Path, code: str, findings: list[str]) -> None:
    assert sorted(found(tmp_path, code)) == sorted(findings)


@pytest.mark.parametrize(
    ("members", "start", "end", "findings"),
    [
        pytest.param("def fill(self): self.x = 1", "self.fill()", "print(self.x)", [], id="a method assigns"),
        pytest.param(
            "def fill(self): self.more()\ndef more(self): self.x = 1",
            "self.fill()",
            "print(self.x)",
            [],
            id="deeper",
        ),
        pytest.param(
            "def fill_a(self): self.x = 1",
            "getattr(self, f'fill_{self.kind}')()",
            "print(self.x)",
            [],
            id="a method by a computed name",
        ),
        pytest.param(
            "def fill(self): self.x = 1",
            "",
            "print(self.x)",
            ["MF601 print(self.x)"],
            id="a method nobody calls",
        ),
        pytest.param(
            "def fill(self):\n    if self.kind: return\n    self.x = 1",
            "self.fill()",
            "print(self.x)",
            ["MF602 print(self.x)"],
            id="a method that returns early",
        ),
        pytest.param(
            "def fill(self):\n    if self.kind: raise ValueError\n    self.x = 1",
            "self.fill()",
            "print(self.x)",
            [],
            id="a method that raises early",
        ),
        pytest.param(
            "def show(self): print(self.x)",
            "self.show()",
            "",
            ["MF601 def show(self): print(self.x)"],
            id="reads",
        ),
        pytest.param(
            "def show(self): print(self.x)", "self.x = 1\nself.show()", "self.show()", [], id="reads fine"
        ),
        pytest.param(
            "def show(self, a):\n    if a: print(self.x)",
            "self.show(0)",
            "self.x = 1\nself.show(1)",
            [],
            id="by argument",
        ),
        pytest.param(
            "@property\ndef size(self): return self.x",
            "print(self.size)",
            "",
            ["MF601 def size(self): return self.x"],
            id="a property reads",
        ),
        pytest.param(
            "def again(self, n):\n    self.x = n\n    if n: self.again(n - 1)",
            "self.again(3)",
            "print(self.x)",
            [],
            id="recursion",
        ),
        pytest.param(
            "def ping(self): self.pong()\ndef pong(self):\n    if self.kind: self.ping()\n    self.x = 1",
            "self.ping()",
            "print(self.x)",
            [],
            id="two methods that call each other",
        ),
        pytest.param(
            "def fill(self): self.x = 1",
            "list(map(self.fill, []))",
            "print(self.x)",
            [],
            id="a method handed on",
        ),
        pytest.param(
            "@wrapped\ndef fill(self): self.x = 1",
            "self.fill()",
            "print(self.x)",
            [],
            id="a wrapped method assigns",
        ),
        pytest.param(
            "@staticmethod\ndef f(v): return v", "self.x = self.f(1)", "print(self.x)", [], id="static"
        ),
        pytest.param(
            "@classmethod\ndef f(cls): cls.x = 1", "self.f()", "print(self.x)", [], id="a class method"
        ),
        pytest.param("x = 1", "", "print(self.x)", [], id="a class constant"),
        pytest.param("x: int", "", "print(self.x)", ["MF601 print(self.x)"], id="an annotation in the class"),
        pytest.param("if True:\n    x = 1", "", "print(self.x)", [], id="a constant under a condition"),
        pytest.param("import json as x", "", "print(self.x)", [], id="an import in the class"),
        pytest.param("x = Config('x', default='f.json')", "", "print(self.x)", [], id="a Config"),
        pytest.param("x = IncludeFile('x', default='f')", "", "print(self.x)", [], id="an IncludeFile"),
        pytest.param(
            "def __init__(self, use_cli=True):\n    self.x = 1\n    super().__init__(use_cli)",
            "",
            "print(self.x)",
            [],
            id="the initialiser",
        ),
        pytest.param("def __getattr__(self, name): return 1", "", "print(self.x)", [], id="__getattr__"),
        pytest.param("exec('x = 1')", "", "print(self.x)", [], id="exec in the class"),
        pytest.param(
            "def fold(self, inputs): self.merge_artifacts(inputs)",
            "self.fold([])",
            "",
            ["MF609 def fold(self, inputs): self.merge_artifacts(inputs)"],
            id="a method that merges outside a join",
        ),
        pytest.param(
            "def fold(self, inputs):\n    if inputs: self.merge_artifacts(inputs)",
            "self.fold([])",
            "self.missing()",
            ["MF609 if inputs: self.merge_artifacts(inputs)", "MF601 self.missing()"],
            id="a method that is not there",
        ),
    ],
)
def test_methods_and_members(tmp_path: Path, members: str, start: str, end: str, findings: list[str]) -> None:
    assert found(tmp_path, flow(members=members, start=start, end=end)) == findings


def test_a_step_that_jumps_elsewhere_before_its_last_line_may_have_assigned(tmp_path: Path) -> None:
    code = flow(
        start="if self.kind:\n    self.x = 1\n    self.next(self.end)\n    return\n"
        "self.y = 1\nself.next(self.a)",
        a="print(self.y)",
        end="print(self.y)\nif self.kind: print(self.x)",
    )
    assert found(tmp_path, code) == []


def test_a_property_that_can_be_set_sets_what_its_setter_assigns(tmp_path: Path) -> None:
    members = """
        @property
        def rows(self):
            return self._rows

        @rows.setter
        def rows(self, value):
            self._rows = value

        def show(self):
            print(self._rows)
    """
    assert (
        found(tmp_path, flow(members=members, start="self.rows = 1", end="print(self.rows)\nself.show()"))
        == []
    )


def test_a_join_that_calls_the_join_of_its_base_class(tmp_path: Path) -> None:
    base = flow(
        start=f"self.x = 1\n{SPLIT}",
        a=JOIN,
        b=JOIN,
        the_join="self.merge_artifacts(inputs)",
        end="print(self.x)",
    )
    code = (
        "from base import TheFlow\nfrom metaflow import step\nclass Child(TheFlow):\n"
        "    @step\n    def the_join(self, inputs):\n"
        "        super().the_join(inputs)\n        self.next(self.end)\n"
    )
    assert found(tmp_path, {"base.py": base, "flow.py": code}) == []


def test_a_method_that_merges_is_followed_into_the_join_that_calls_it(tmp_path: Path) -> None:
    code = flow(
        members="def fold(self, inputs):\n    if inputs: self.merge_artifacts(inputs)\n    else: self.x = 1",
        start=f"self.x = 1\n{SPLIT}",
        a=JOIN,
        b=JOIN,
        the_join="self.fold(inputs)",
        end="print(self.x)",
    )
    assert found(tmp_path, code) == []


BASE = """
from metaflow import FlowSpec, step

class Base(FlowSpec):
    def load(self):
        self.rows = 1

    @step
    def start(self):
        self.prepare()
        self.next(self.end)

    @step
    def end(self):
        print(self.rows, self.model)
"""


@pytest.mark.parametrize(
    ("child", "findings"),
    [
        ("def prepare(self):\n        self.load()\n        self.model = 1", []),
        ("def prepare(self):\n        super().load()\n        self.model = 1", []),
        ("def prepare(self):\n        Base.load(self)\n        self.model = 1", []),
        ("def prepare(self):\n        self.model = 1", ["MF601 class Child(Base):"]),
        (
            "def load(self):\n        self.model = 1\n    def prepare(self):\n        super().load()",
            ["MF601 class Child(Base):"],
        ),
    ],
)
def test_steps_and_methods_of_a_base_class_in_another_file(
    tmp_path: Path, child: str, findings: list[str]
) -> None:
    code = f"from base import Base\nclass Child(Base):\n    {child}\n"
    assert found(tmp_path, {"base.py": BASE, "flow.py": code}) == findings


def test_a_step_of_the_base_class_that_the_child_runs_too(tmp_path: Path) -> None:
    code = (
        "from base import Base\nfrom metaflow import step\nclass Child(Base):\n    model = 1\n"
        "    def prepare(self): self.load()\n"
        "    @step\n    def start(self):\n        super().start()\n        self.next(self.end)\n"
    )
    assert found(tmp_path, {"base.py": BASE, "flow.py": code}) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            flow(start="print(self.x)", end="").replace("(FlowSpec)", "(FlowSpec, Mixin)"),
            "base class Mixin of TheFlow is not in the project's source",
        ),
        (
            flow(start="print(self.x)", end="").replace("class The", "@mutate\nclass The"),
            "@mutate may change the flow",
        ),
        (flow(start="print(self.x)\nself.next(self.nowhere)", end=""), "the step graph has defects"),
        (
            flow(start="print(self.x)", end="") + "\nsetattr(TheFlow, 'x', 1)\n",
            "setattr sets attributes of class TheFlow",
        ),
    ],
)
def test_where_the_source_does_not_tell_nothing_is_found(tmp_path: Path, code: str, reason: str) -> None:
    assert found(tmp_path, code) == []
    assert silences(tmp_path, {"flow.py": code}, "MF601") == [f"MF601 [undefined-artifact]: {reason}"]


def test_an_attribute_that_the_module_sets_on_the_class(tmp_path: Path) -> None:
    assert found(tmp_path, flow(start="print(self.x)", end="") + "\nTheFlow.x = 1\n") == []


def test_a_base_flow_that_nobody_runs_is_not_judged(tmp_path: Path) -> None:
    files = {"flow.py": BASE, "child.py": "from flow import Base\nclass Child(Base): pass\n"}
    assert found(tmp_path, files) == []


@pytest.mark.parametrize(
    ("name", "presence"),
    [
        ("kind", Presence.ALWAYS),
        ("x", Presence.ALWAYS),
        ("y", Presence.SOMETIMES),
        ("z", Presence.NEVER),
        ("start", Presence.ALWAYS),
    ],
)
def test_the_presence_of_an_artifact_at_the_end_of_a_step(
    tmp_path: Path, name: str, presence: Presence
) -> None:
    write(tmp_path, {"flow.py": flow(start="self.x = 1\nif self.kind: self.y = 1", end="")})
    project = project_at(tmp_path)
    the_flow = project.flows(tmp_path / "flow.py")[0]
    assert presence_at_end(the_flow, project.names, "start", name) is presence


def test_the_presence_of_an_artifact_is_unknown_where_other_code_may_set_it(tmp_path: Path) -> None:
    write(tmp_path, {"flow.py": flow(start="fill(self)", end="")})
    project = project_at(tmp_path)
    the_flow = project.flows(tmp_path / "flow.py")[0]
    assert presence_at_end(the_flow, project.names, "start", "z") is Presence.UNKNOWN
    assert presence_at_end(the_flow, project.names, "nowhere", "z") is Presence.UNKNOWN


def test_the_steps_on_the_way_that_lacks_the_assignment_are_shown(tmp_path: Path) -> None:
    write(tmp_path, {"flow.py": switched(a="self.x = 1")})
    (finding,) = check_paths([tmp_path], Settings(tmp_path, select=("MF602",))).findings
    assert (
        finding.message
        == "`self.x` is read here, and the path `start` → `b` → `end` does not always assign it"
    )
    assert [related.message for related in finding.related] == [
        "assigned in step `a`",
        "may be missing after step `b`",
    ]
