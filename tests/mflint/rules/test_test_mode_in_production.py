from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, silences, write

HEAD = "from metaflow import FlowSpec, Parameter, current, project, step; import logging, os, lib\n"
MODE = "test_mode = Parameter('test-mode', type=bool, default=True)"
END = "    @step\n    def end(self): pass\n"
FOUND = [(4, 59, "`test-mode` is on in production, too")]


def flow(body: str, more: str = "", mode: str = MODE) -> dict[str, str | bytes]:
    """A flow whose step `start` does `body`; `more` are further members of the class."""
    code = f"@project(name='churn')\nclass F(FlowSpec):\n    {mode}\n"
    code += f"    @step\n    def start(self):\n{indent(body, ' ' * 8)}\n        self.next(self.end)\n"
    return {"flow.py": HEAD + code + END + indent(more, " " * 4)}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("limit = 100 if self.test_mode else None", id="a conditional expression"),
        pytest.param("if self.test_mode: rows = rows[:100]", id="a branch"),
        pytest.param("if self.test_mode:\n    print('small')\n    n = 3", id="a branch that logs and does"),
        pytest.param("if not self.test_mode: publish()", id="a branch that is left out"),
        pytest.param("if a: print()\nelif self.test_mode: n = 1\nif self.test_mode: n = 1", id="a later one"),
        pytest.param("if len(rows) > 5: pass\nelif self.test_mode: n = 1", id="an elif behind a size"),
        pytest.param("if self.test_mode and len(rows) > 100: rows = rows[:100]", id="with a size"),
        pytest.param("if self.test_mode or quick: rows = rows[:100]", id="or something else"),
        pytest.param("if not self.test_mode and live: publish()", id="nothing goes out with it"),
        pytest.param("if self.test_mode is True: n = 3", id="compared with True"),
        pytest.param("if bool(self.test_mode): n = 3", id="bool of it"),
        pytest.param("if getattr(self, 'test_mode', False): n = 3", id="by getattr"),
        pytest.param("test = self.test_mode\nif test: n = 3", id="under a local name"),
        pytest.param("if (test := self.test_mode): n = 3", id="under a name given in the condition"),
        pytest.param("while self.test_mode:\n    break", id="a loop"),
        pytest.param("for i in rows:\n    if self.test_mode and i > 10: break", id="a loop that ends early"),
        pytest.param("rows = rows[:10 if self.test_mode else None]", id="a slice"),
        pytest.param("rows = read(limit=10 if self.test_mode else None)", id="an argument"),
        pytest.param("for i in range(1 if self.test_mode else 50): pass", id="the number of rounds"),
        pytest.param("limit = self.test_mode and 100 or None", id="and, or"),
        pytest.param("limit = (None, 100)[self.test_mode]", id="an index"),
        pytest.param("limit = {True: 100, False: None}[self.test_mode]", id="a key"),
        pytest.param("rows = [r for r in rows if not self.test_mode or r < 5]", id="a comprehension"),
        pytest.param("with open('a') as f:\n    if self.test_mode: n = 3", id="in a with block"),
        pytest.param("try: n = 3 if self.test_mode else 4\nfinally: pass", id="in a try block"),
        pytest.param("match self.test_mode:\n    case True: n = 3", id="a match statement"),
        pytest.param("def rows(): return 3 if self.test_mode else 4", id="in a nested function"),
    ],
)
def test_a_test_mode_that_decides_in_production_is_found(tmp_path: Path, body: str) -> None:
    assert check(tmp_path, flow(body), "MF205") == FOUND


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("pass", id="nothing reads it"),
        pytest.param("rows = read(test=self.test_mode)", id="passed on"),
        pytest.param("self.mode = self.test_mode", id="kept"),
        pytest.param("print('test mode', self.test_mode)", id="printed"),
        pytest.param("logging.info('test' if self.test_mode else 'full')", id="logged"),
        pytest.param("if self.test_mode: print('test mode')", id="a branch that prints"),
        pytest.param(
            "if self.test_mode:\n    'a'\n    logging.info('a')\nelse: pass", id="branches that log"
        ),
        pytest.param("mode = 'a' if self.test_mode else 'b'\nprint(f'{mode}')", id="a name that is logged"),
        pytest.param("same = self.test_mode == other", id="compared"),
        pytest.param("if self.test_mode != other: n = 3", id="a branch on a comparison"),
        pytest.param("if self.test_mode and not current.is_production: n = 3", id="guarded"),
        pytest.param("if current.is_production: rows()\nelif self.test_mode: n = 3", id="guarded before"),
        pytest.param(
            "live = current.branch_name == 'prod'\nif self.test_mode: n = 1", id="anywhere in the step"
        ),
        pytest.param("live = getattr(current, 'is_production')\nif self.test_mode: n = 1", id="by getattr"),
        pytest.param("if self.test_mode and not live(): n = 3", id="with a condition that may be a guard"),
        pytest.param("if self.test_mode and self.small: n = 3", id="with an artifact that may be a guard"),
        pytest.param("if not self.test_mode or live(): n = 3", id="a condition that may let production in"),
        pytest.param("if self.test_mode and self.live == 0: n = 3", id="with a number that may be a guard"),
        pytest.param("if self.test_mode and live() < 1: n = 3", id="with a call that may be a guard"),
        pytest.param(
            "if live():\n    pass\nelse:\n    n = 3 if self.test_mode else 4", id="in such a branch"
        ),
        pytest.param("if live(): n = 4\nelif self.test_mode: n = 3", id="behind such a branch"),
        pytest.param("if live():\n    return\nif self.test_mode: n = 3", id="behind one that leaves"),
        pytest.param("n = 1 if live() else 2 if self.test_mode else 3", id="in such an expression"),
        pytest.param("n = live() or (2 if self.test_mode else 3)", id="behind an or"),
        pytest.param("match kind:\n    case 'dev':\n        n = 2 if self.test_mode else 3", id="in a case"),
        pytest.param("n = 3 if self.other else 4", id="another artifact"),
    ],
)
def test_a_test_mode_that_production_may_switch_off_or_that_decides_nothing_is_fine(
    tmp_path: Path, body: str
) -> None:
    assert check(tmp_path, flow(body), "MF205") == []
    assert silences(tmp_path, flow(body), "MF205") == []


LIMIT = "def limit(self): return 3 if self.test_mode else None"


@pytest.mark.parametrize(
    ("body", "more", "found"),
    [
        pytest.param("n = self.limit()", LIMIT, True, id="a method that the step calls"),
        pytest.param("n = self.limit", f"@property\n{LIMIT}", True, id="a property that it reads"),
        pytest.param("n = self.a()", f"def a(self): return self.limit()\n{LIMIT}", True, id="by another one"),
        pytest.param("pass", LIMIT, False, id="a method that nothing calls"),
        pytest.param(
            "n = None if current.is_production else self.limit()",
            LIMIT,
            False,
            id="called where it is guarded",
        ),
        pytest.param(
            "self.next({True: self.end, False: self.end}, condition='test_mode')", "", True, id="a switch"
        ),
    ],
)
def test_methods_and_switches_count(tmp_path: Path, body: str, more: str, found: bool) -> None:
    assert check(tmp_path, flow(body, more), "MF205") == (FOUND if found else [])


@pytest.mark.parametrize(
    "mode",
    [
        "test_mode = Parameter('test-mode', type=bool, default=lambda _: not current.is_production)",
        "test_mode = Parameter('test-mode', type=bool, default=False)",
        "test_mode = Parameter('test-mode', type=bool)",
        "test_mode = Parameter('test-mode', **options)",
        "test_mode = True",
    ],
)
def test_other_defaults_are_fine(tmp_path: Path, mode: str) -> None:
    files = flow("n = 3 if self.test_mode else None", mode=mode)
    assert check(tmp_path, files, "MF205") == []
    assert silences(tmp_path, files, "MF205") == []


def test_without_a_project_there_is_no_production(tmp_path: Path) -> None:
    code = str(flow("n = 3 if self.test_mode else None")["flow.py"]).replace("@project(name='churn')", "")
    assert check(tmp_path, {"flow.py": code}, "MF205") == []


GUARD = "if self.test_mode and current.is_production: raise ValueError"


@pytest.mark.parametrize(
    ("body", "more", "reason"),
    [
        pytest.param(
            f"self.check()\n{LIMIT[17:].replace('return', 'n =')}",
            f"def check(self):\n    {GUARD}",
            "step start knows of production",
            id="a method may stop the run",
        ),
        pytest.param(
            "n = 3 if self.test_mode else None\nlib.help(self)",
            "",
            "step start hands the flow to other code",
            id="the flow is handed out",
        ),
        pytest.param(
            "n = 3 if self.test_mode else None\nos.check(self.test_mode)",
            "",
            "step start hands the test mode to os.check",
            id="what takes the test mode may stop the run",
        ),
    ],
)
def test_where_production_may_be_kept_out_elsewhere_the_rule_is_silent(
    tmp_path: Path, body: str, more: str, reason: str
) -> None:
    assert check(tmp_path, flow(body, more), "MF205") == []
    assert silences(tmp_path, flow(body, more), "MF205") == [f"MF205 [test-mode-in-production]: {reason}"]


@pytest.mark.parametrize(
    ("helper", "found"),
    [
        ("def help(t): print(t)", FOUND),
        ("def help(t):\n    from metaflow import current as c; c.is_production", []),
    ],
)
def test_a_function_of_the_project_that_takes_the_test_mode_is_looked_at(
    tmp_path: Path, helper: str, found: list[object]
) -> None:
    files = flow("n = 3 if self.test_mode else None\nlib.help(self.test_mode)") | {"lib.py": helper}
    assert check(tmp_path, files, "MF205") == found


def test_the_place_that_the_test_mode_decides_is_shown(tmp_path: Path) -> None:
    write(tmp_path, flow("n = 3 if self.test_mode else None"))
    (found,) = check_paths([tmp_path], Settings(tmp_path, select=("MF205",))).findings
    (related,) = found.related
    assert (related.message, related.span.start.line, related.span.start.column) == (
        "the test mode decides in step `start`",
        7,
        18,
    )
    assert found.help == "Write `type=bool, default=lambda _: not current.is_production`."


BASE = f"{HEAD}@project(name='churn')\nclass B(FlowSpec):\n    {MODE}\n"
BASE_END = "    @step\n    def end(self):\n        self.n = 3 if self.test_mode else 4\n"
START = "    @step\n    def start(self): self.next(self.end)\n"
BUSY_START = (
    "    @step\n    def start(self):\n        n = 3 if self.test_mode else 4\n        self.next(self.end)\n"
)


def test_a_base_flow_is_found_in_its_own_file_alone_where_all_of_it_stands_there(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "base.py": BASE + BASE_END,
        "flow.py": f"from base import *\nclass F(B):\n{START}class G(B):\n{START}",
    }
    assert check(tmp_path, files, "MF205", path="base.py") == FOUND
    assert check(tmp_path, files, "MF205") == []
    here: dict[str, str | bytes] = {"flow.py": f"{BASE}{BASE_END}class F(B):\n{START}class G(B):\n{START}"}
    assert check(tmp_path, here, "MF205") == FOUND


def test_a_flow_whose_own_step_decides_by_an_inherited_test_mode_is_found(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "base.py": BASE + END,
        "flow.py": f"from metaflow import step\nfrom base import B\nclass F(B):\n{BUSY_START}",
    }
    assert check(tmp_path, files, "MF205", path="base.py") == []
    assert check(tmp_path, files, "MF205") == [(3, 7, "`test-mode` is on in production, too")]


def test_where_a_trigger_gives_the_value_the_rule_is_silent(tmp_path: Path) -> None:
    trigger = "@mf.trigger(event={'name': 'a', 'parameters': {'test-mode': 'b'}})\n@project"
    code = str(flow("n = 3 if self.test_mode else None")["flow.py"]).replace("@project", trigger)
    code = f"import metaflow as mf\n{code}"
    assert check(tmp_path, {"flow.py": code}, "MF205") == []
    assert silences(tmp_path, {"flow.py": code}, "MF205") == [
        "MF205 [test-mode-in-production]: @trigger may give `test-mode` its value"
    ]


def test_where_the_flow_may_be_changed_the_rule_is_silent(tmp_path: Path) -> None:
    code = str(flow("n = 3 if self.test_mode else None")["flow.py"]).replace(
        "@project", "@os.change\n@project"
    )
    assert check(tmp_path, {"flow.py": code}, "MF205") == []
    assert silences(tmp_path, {"flow.py": code}, "MF205") == [
        "MF205 [test-mode-in-production]: @os.change may change the flow"
    ]
