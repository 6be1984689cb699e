from __future__ import annotations

from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, silences, write

HEAD = "from metaflow import Config, FlowSpec, Parameter, current, project, step; import metaflow as mf, os"
STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""


def flow(default: str, before: str = "") -> dict[str, str | bytes]:
    """A flow whose parameter begins at column 17 of line 4, and its default, last of all, at column 48."""
    body = f"class F(FlowSpec):\n    test_mode = Parameter('test-mode', {default})\n{STEPS}"
    return {"flow.py": f"{HEAD}\n{before}\n{body}"}


@pytest.mark.parametrize(
    ("default", "column", "message"),
    [
        pytest.param("default=False", 48, "the default of `test-mode` is `False`", id="off"),
        pytest.param("False", 40, "the default of `test-mode` is `False`", id="off, by position"),
        pytest.param("default='true'", 48, "the default of `test-mode` is `'true'`", id="a string"),
        pytest.param("default=1", 48, "the default of `test-mode` is `1`", id="a number"),
        pytest.param(
            "type=bool",
            17,
            "`test-mode` has no default, so nothing turns it on",
            id="no default, only a type",
        ),
        pytest.param(
            "required=True",
            17,
            "`test-mode` has no default, so nothing turns it on",
            id="a value is required",
        ),
        pytest.param(
            "default=None", 48, "`test-mode` has no default, so nothing turns it on", id="None, which is none"
        ),
        pytest.param(
            "default=lambda _: False",
            48,
            "the default of `test-mode` is `False` outside production",
            id="a lambda that gives False",
        ),
        pytest.param(
            "default=lambda _: current.is_production",
            48,
            "the default of `test-mode` is `False` outside production",
            id="on in production, the wrong way round",
        ),
        pytest.param(
            "default=lambda _: mf.current.is_production is True",
            48,
            "the default of `test-mode` is `False` outside production",
            id="compared with the wrong value",
        ),
        pytest.param(
            "default=lambda _: 'True'",
            48,
            "the default of `test-mode` gives a `str`",
            id="a lambda that gives a string",
        ),
    ],
)
def test_a_test_mode_that_is_not_on_by_default_is_found(
    tmp_path: Path, default: str, column: int, message: str
) -> None:
    assert check(tmp_path, flow(default), "MF204") == [(4, column, message)]


@pytest.mark.parametrize(
    "default",
    [
        "True",
        "default=True",
        "default=lambda _: not current.is_production",
        "default=lambda context: not current.is_production",
        "default=lambda _: current.is_production is False",
        "default=lambda _: current.is_production != True",
        "default=lambda _: bool(not mf.current.is_production)",
        "default=lambda _: False if current.is_production else True",
        "default=lambda _: not getattr(current, 'is_production', False)",
        "default=lambda _: True",
    ],
)
def test_a_test_mode_that_is_on_outside_production_is_fine(tmp_path: Path, default: str) -> None:
    assert check(tmp_path, flow(default), "MF204") == []
    assert silences(tmp_path, flow(default), "MF204") == []


@pytest.mark.parametrize(
    "default",
    [
        "default=os.environ.get('CI')",
        "default=ON",
        "default=not ON",
        "default=lambda _: 'CI' in os.environ",
        "default=lambda _: context.is_production",
        "default=lambda current: current.is_production",
        "default=lambda _: not (current.is_production and 'LIVE' in os.environ)",
        "default=chosen",
        "default=os.path.exists",
    ],
)
def test_a_default_that_the_source_does_not_tell_is_left_alone(tmp_path: Path, default: str) -> None:
    assert check(tmp_path, flow(default), "MF204") == []


@pytest.mark.parametrize(
    ("function", "off"),
    [
        pytest.param("def chosen(context): return not current.is_production", False, id="on"),
        pytest.param("def chosen(context): return current.is_production", True, id="the wrong way round"),
        pytest.param(
            "def chosen(context):\n    from metaflow import current as c\n    return c.is_production",
            True,
            id="with an import of its own",
        ),
        pytest.param(
            "def chosen(context):\n    if context.flow_name: return False\n    return True",
            False,
            id="it depends",
        ),
        pytest.param("def chosen(context):\n    if os.name: return False", False, id="it may give None"),
        pytest.param("@os.cache\ndef chosen(context): return False", False, id="a decorator may change it"),
    ],
)
def test_a_default_that_a_function_of_the_project_gives_is_followed(
    tmp_path: Path, function: str, off: bool
) -> None:
    files = {"lib.py": f"import os\nfrom metaflow import current\n{function}\n"}
    files |= {"flow.py": str(flow("default=chosen", "from lib import chosen")["flow.py"])}
    found = [(4, 48, "the default of `test-mode` is `False` outside production")]
    assert check(tmp_path, files, "MF204") == (found if off else [])


def test_a_function_of_the_class_body_is_followed(tmp_path: Path) -> None:
    code = (
        f"{HEAD}\nclass F(FlowSpec):\n    def chosen(context): return False\n"
        f"    test_mode = Parameter('test-mode', type=bool, default=chosen){STEPS}"
    )
    message = "the default of `test-mode` is `False` outside production"
    assert check(tmp_path, {"flow.py": code}, "MF204") == [(4, 59, message)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("test_mode = Config('test-mode', default='a.json')", id="a Config"),
        pytest.param("test_mode = mf.IncludeFile('test-mode', default='a.txt')", id="a file to include"),
        pytest.param("dry_run = Parameter('dry-run', default=False)", id="another parameter"),
        pytest.param("test_mode = False", id="no parameter"),
    ],
)
def test_only_the_test_mode_counts(tmp_path: Path, line: str) -> None:
    code = f"{HEAD}\nclass F(FlowSpec):\n    {line}{STEPS}"
    assert check(tmp_path, {"flow.py": code}, "MF204") == []


def test_the_parameter_of_a_base_is_found_once_and_in_its_own_file(tmp_path: Path) -> None:
    base = f"{HEAD}\nclass B(FlowSpec):\n    test_mode = Parameter('test-mode', default=False)\n"
    files: dict[str, str | bytes] = {
        "base.py": base,
        "flow.py": f"{HEAD}\nfrom base import B\nclass F(B):{STEPS}class G(B):{STEPS}",
    }
    found = [(3, 48, "the default of `test-mode` is `False`")]
    assert check(tmp_path, files, "MF204", path="base.py") == found
    assert check(tmp_path, files, "MF204") == []
    here: dict[str, str | bytes] = {"flow.py": f"{base}class F(B):{STEPS}class G(B):{STEPS}"}
    assert check(tmp_path, here, "MF204") == found


def test_the_parameter_of_a_mixin_in_the_same_file_is_found(tmp_path: Path) -> None:
    mixin = f"{HEAD}\nclass Mode:\n    test_mode = Parameter('test-mode', default=False)\n"
    found = [(3, 48, "the default of `test-mode` is `False`")]
    assert check(tmp_path, {"flow.py": f"{mixin}class F(Mode, FlowSpec):{STEPS}"}, "MF204") == found


def test_where_the_arguments_are_computed_the_rule_is_silent(tmp_path: Path) -> None:
    assert check(tmp_path, flow("**options"), "MF204") == []
    assert silences(tmp_path, flow("**options"), "MF204") == [
        "MF204 [test-mode-default]: the arguments of parameter `test-mode` are computed"
    ]


@pytest.mark.parametrize(
    ("project", "wanted"),
    [("", "True"), ("@project(name='churn')", "lambda _: not current.is_production")],
)
def test_the_help_says_what_to_write_and_the_settings_name_the_parameter(
    tmp_path: Path, project: str, wanted: str
) -> None:
    code = f"{HEAD}\n{project}\nclass F(FlowSpec):\n    dry = Parameter('dry_run', default=False){STEPS}"
    write(tmp_path, {"flow.py": code})
    report = check_paths([tmp_path], Settings(tmp_path, select=("MF204",), test_mode_parameter="dry-run"))
    assert [(f.message, f.help) for f in report.findings] == [
        ("the default of `dry_run` is `False`", f"Write `default={wanted}`.")
    ]
