from __future__ import annotations

from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, silences, write

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
HEAD = (
    "from metaflow import FlowSpec, Parameter, Config, IncludeFile, step; import metaflow as mf; import os\n"
)
MISSING = [(2, 7, "`F` has no parameter `test-mode`")]


def flow(attributes: str) -> str:
    return f"{HEAD}class F(FlowSpec):\n    {attributes}{STEPS}"


@pytest.mark.parametrize(
    "attributes",
    [
        "pass",
        "rows = Parameter('rows', default=1)",
        "test_mode = True",
        "test_mode = Config('test-mode', default_value='{}')",
        "test_mode: bool",
        "_test_mode = Parameter('test-mode', default=True)",
        "rows = dict(a=int('1'))",
        "where = os.environ.get('A')",
        "a, b = 1, 2",
        "test_mode = Parameter('test-mode', default=True)\n    test_mode = True",
        "def test_mode(self): pass",
        "a = 1\n    b = a",
        "a = os.sep",
    ],
)
def test_a_flow_without_the_parameter_is_found(tmp_path: Path, attributes: str) -> None:
    assert check(tmp_path, {"flow.py": flow(attributes)}, "MF203") == MISSING


@pytest.mark.parametrize(
    "attributes",
    [
        "test_mode = Parameter('test-mode', default=True)",
        "test_mode = Parameter('test_mode', default=True)",
        "testing = Parameter('Test-Mode', default=True)",
        "test_mode = Parameter(name='test-mode', default=True)",
        "test_mode: bool = Parameter('test-mode', default=True)",
        "test_mode = mf.Parameter('test-mode', default=True)",
        "test_mode = mf.parameters.Parameter('test-mode', default=True)",
        "a, test_mode = Parameter('a'), Parameter('test-mode', default=True)",
        "if os.name: test_mode = Parameter('test-mode', default=True)\n    else: test_mode = False",
        "try: test_mode = Parameter('test-mode')\n    except Exception: test_mode = None",
        "p = test_mode = Parameter('test-mode', default=True)",
        "from metaflow import Parameter as P; test_mode = P('test-mode', default=True)",
    ],
)
def test_the_parameter_is_seen_however_it_is_written(tmp_path: Path, attributes: str) -> None:
    assert check(tmp_path, {"flow.py": flow(attributes)}, "MF203") == []
    assert silences(tmp_path, {"flow.py": flow(attributes)}, "MF203") == []


def test_a_parameter_made_at_module_level_is_seen(tmp_path: Path) -> None:
    code = (
        f"{HEAD}MODE = Parameter('test-mode', default=True)\nclass F(FlowSpec):\n    test_mode = MODE{STEPS}"
    )
    assert check(tmp_path, {"flow.py": code}, "MF203") == []
    assert silences(tmp_path, {"flow.py": code}, "MF203") == []


def test_the_parameter_of_a_mixin_in_another_file_is_seen(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "mixins/__init__.py": "from .modes import *\n",
        "mixins/modes.py": "from metaflow import *\nclass Mode:\n    test_mode = Parameter('test-mode')\n",
        "flow.py": f"{HEAD}from mixins import Mode\nclass F(Mode, FlowSpec):{STEPS}",
    }
    assert check(tmp_path, files, "MF203") == []


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ("x = Parameter(NAME)", "the parameter x has a computed name"),
        ("x = Parameter(f'{a}')", "the parameter x has a computed name"),
        ("x = Parameter(**options)", "the parameter x has a computed name"),
        ("x = TestMode()", "x = TestMode(…) may be a parameter"),
        ("x = make()()", "x = a call(…) may be a parameter"),
        ("x = SHARED", "x = SHARED may be a parameter"),
        ("from typing import cast; x = cast(bool, Parameter('a'))", "x = an expression may be a parameter"),
        ("x = Parameter('a') if os.name else None", "x = an expression may be a parameter"),
        ("a, b = make()", "a = make(…) may be a parameter"),
        ("for n in 'ab': locals()[n] = Parameter(n)", "the body of class F calls locals"),
    ],
)
def test_where_a_parameter_may_hide_the_rule_is_silent(tmp_path: Path, attributes: str, reason: str) -> None:
    assert check(tmp_path, {"flow.py": flow(attributes)}, "MF203") == []
    assert silences(tmp_path, {"flow.py": flow(attributes)}, "MF203") == [
        f"MF203 [missing-test-mode]: {reason}"
    ]


def test_the_parameter_has_the_name_that_the_settings_give(tmp_path: Path) -> None:
    write(tmp_path, {"flow.py": flow("test_mode = Parameter('test-mode')")})
    report = check_paths([tmp_path], Settings(tmp_path, select=("MF203",), test_mode_parameter="dry-run"))
    assert [(f.message, f.help) for f in report.findings] == [
        (
            "`F` has no parameter `dry-run`",
            'Add `dry_run = Parameter("dry-run", type=bool, default=True, help="Use little data.")`.',
        )
    ]
