from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, silences, write

HEAD = "from metaflow import Config, FlowSpec, Parameter, retry, step; import metaflow as mf\n"
MODE = "test_mode = Parameter('test-mode', type=bool, default=True)"
FOUND = [(3, 5, "no step of `F` reads `self.test_mode`")]


def flow(body: str, more: str = "", mode: str = MODE, decorator: str = "@retry") -> dict[str, str | bytes]:
    """A flow whose step `start` does `body`; `more` are further members of the class."""
    start = f"    @step\n    def start(self):\n{indent(body, ' ' * 8)}\n        self.next(self.end)\n"
    end = f"    {decorator}\n    @step\n    def end(self): pass\n"
    return {"flow.py": f"{HEAD}class F(FlowSpec):\n    {mode}\n{start}{end}{indent(more, ' ' * 4)}"}


@pytest.mark.parametrize(
    ("body", "more"),
    [
        pytest.param("pass", "", id="nothing reads it"),
        pytest.param("rows = test_mode", "", id="a local name"),
        pytest.param("rows = self.test_mode_rows", "", id="another artifact"),
        pytest.param("pass", "def limit(self): return 3 if self.test_mode else 4", id="an unused method"),
        pytest.param("print(type(self), isinstance(self, F))", "", id="self in harmless calls"),
        pytest.param("self._n = 1; self._n += 1", "", id="an artifact with an underscore"),
    ],
)
def test_a_test_mode_that_nothing_reads_is_found(tmp_path: Path, body: str, more: str) -> None:
    assert check(tmp_path, flow(body, more), "MF206") == FOUND


@pytest.mark.parametrize(
    ("body", "more"),
    [
        pytest.param("rows = 3 if self.test_mode else 4", "", id="a branch"),
        pytest.param("read(test=self.test_mode)", "", id="passed on"),
        pytest.param("read(getattr(self, 'test_mode', False))", "", id="by getattr"),
        pytest.param("a = self.limit()", "def limit(self): return self.test_mode", id="a method"),
        pytest.param("a = self.limit", "@property\ndef limit(self): return self.test_mode", id="a property"),
        pytest.param("rows = lambda: self.test_mode", "", id="a lambda"),
        pytest.param("pass", "def __getattr__(self, name): return self.test_mode", id="what Python calls"),
        pytest.param(
            "pass", "@step\ndef join(self, inputs): a = inputs[0].test_mode", id="an input of a join"
        ),
        pytest.param(
            "pass", "@step\ndef join(self, inputs): a = [i.test_mode for i in inputs]", id="each input"
        ),
        pytest.param("self.merge_artifacts(a, include=['test_mode'])", "", id="the name in a string"),
        pytest.param("a = mf.current.run.data.test_mode", "", id="of the run"),
        pytest.param("self.next({True: self.end}, condition='test_mode')", "", id="a switch"),
    ],
)
def test_a_test_mode_that_something_reads_is_fine(tmp_path: Path, body: str, more: str) -> None:
    assert check(tmp_path, flow(body, more), "MF206") == []
    assert silences(tmp_path, flow(body, more), "MF206") == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("run(self)", "start hands the flow to other code", id="self is handed out"),
        pytest.param("a = self.__dict__", "start hands the flow to other code", id="its dictionary"),
        pytest.param("a = vars(self)", "start hands the flow to other code", id="vars"),
        pytest.param(
            "a = {n: getattr(self, n) for n in names}",
            "start reads an artifact whose name is computed",
            id="a computed name",
        ),
        pytest.param("a = self._datastore['x']", "start reads _datastore", id="the datastore"),
    ],
)
def test_where_the_read_may_be_hidden_the_rule_is_silent(tmp_path: Path, body: str, reason: str) -> None:
    assert check(tmp_path, flow(body), "MF206") == []
    assert silences(tmp_path, flow(body), "MF206") == [f"MF206 [unused-test-mode]: {reason}"]


def test_a_step_decorator_from_elsewhere_may_read_it(tmp_path: Path) -> None:
    assert check(tmp_path, flow("pass", decorator="@mine.wrap"), "MF206") == []
    assert silences(tmp_path, flow("pass", decorator="@mine.wrap"), "MF206") == [
        "MF206 [unused-test-mode]: decorator @mine.wrap may read artifacts in step `end`"
    ]


@pytest.mark.parametrize(
    "mode",
    [
        "test_mode = Config('test-mode', default_value='{}')",
        "rows = Parameter('rows', default=1)",
        "test_mode = True",
    ],
)
def test_only_the_test_mode_counts(tmp_path: Path, mode: str) -> None:
    assert check(tmp_path, flow("pass", mode=mode), "MF206") == []


BASE = f"{HEAD}class B(FlowSpec):\n    {MODE}\n"
STEPS = "    @step\n    def start(self): {}self.next(self.end)\n    @step\n    def end(self): pass\n"


def test_a_flow_that_does_not_read_the_test_mode_it_inherits_is_found_and_its_sister_is_not(
    tmp_path: Path,
) -> None:
    reading = STEPS.format("print(self.test_mode); ")
    flows = f"class F(B):\n{STEPS.format('')}class G(B):\n{reading}"
    files: dict[str, str | bytes] = {"base.py": BASE, "flow.py": f"from base import *\n{flows}"}
    assert check(tmp_path, files, "MF206", path="base.py") == []
    assert check(tmp_path, files, "MF206") == [(2, 7, "no step of `F` reads `self.test_mode`")]
    (found,) = check_paths([tmp_path], Settings(tmp_path, select=("MF206",))).findings
    assert [(r.path.name, r.span.start.line, r.message) for r in found.related] == [
        ("base.py", 3, "the parameter `test-mode` is inherited")
    ]


def test_a_step_of_the_base_that_reads_it_counts(tmp_path: Path) -> None:
    base = f"{BASE}    @step\n    def end(self): print(self.test_mode)\n"
    flow = "class F(B):\n    @step\n    def start(self): self.next(self.end)\n"
    assert check(tmp_path, {"flow.py": base + flow}, "MF206") == []


@pytest.mark.parametrize(("start", "found"), [("super().start()", False), ("self.next(self.end)", True)])
def test_a_step_that_is_overridden_counts_where_it_is_called(tmp_path: Path, start: str, found: bool) -> None:
    base = BASE + STEPS.format("print(self.test_mode); ")
    flow = f"class F(B):\n    @step\n    def start(self): {start}\n"
    expected = [(8, 7, "no step of `F` reads `self.test_mode`")] if found else []
    assert check(tmp_path, {"flow.py": base + flow}, "MF206") == expected


def test_a_flow_that_cannot_be_run_as_it_stands_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"flow.py": BASE})
    assert check(tmp_path, {"flow.py": BASE}, "MF206") == []
    assert check(tmp_path, {"flow.py": BASE + STEPS.format("") + "class F(B): pass\n"}, "MF206") == [
        (8, 7, "no step of `F` reads `self.test_mode`")
    ]


def test_a_base_class_that_the_source_does_not_show_may_read_it(tmp_path: Path) -> None:
    code = str(flow("pass")["flow.py"]).replace("(FlowSpec)", "(Wrap, FlowSpec)")
    assert check(tmp_path, {"flow.py": code}, "MF206") == []
    assert silences(tmp_path, {"flow.py": code}, "MF206") == [
        "MF206 [unused-test-mode]: base class Wrap of F is not in the project's source"
    ]
