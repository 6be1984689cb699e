from __future__ import annotations

from pathlib import Path

import pytest

from mflint.rules.declaration.invalid_parameter_name import RESERVED
from tests.mflint.flow_projects import check, silences

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
HEAD = "from metaflow import Config, FlowMutator, FlowSpec, IncludeFile, Parameter, step\nimport os\n"


def flow(*lines: str) -> dict[str, str | bytes]:
    """A flow whose class body begins with `lines`, the first of them on line 4."""
    body = "".join(f"    {line}\n" for line in lines)
    return {"flow.py": f"{HEAD}class F(FlowSpec):\n{body}{STEPS}"}


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_reserved_name_is_found(tmp_path: Path, name: str) -> None:
    message = f"Metaflow reserves the parameter name `{name}`"
    assert check(tmp_path, flow(f"given = Parameter('{name}', default=1)"), "MF211") == [(4, 23, message)]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        pytest.param("given = Parameter(name='tag')", 28, id="by keyword"),
        pytest.param("given: str = Parameter('tag')", 28, id="of an annotated parameter"),
        pytest.param("given = IncludeFile('tag')", 25, id="of a file to include"),
        pytest.param("given = Config('tag')", 20, id="of a Config"),
    ],
)
def test_a_reserved_name_is_found_wherever_it_is_given(tmp_path: Path, line: str, column: int) -> None:
    message = "Metaflow reserves the parameter name `tag`"
    assert check(tmp_path, flow(line), "MF211") == [(4, column, message)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Parameter('x')", "Parameter('x')"),
        ("Parameter('x')", "Parameter('X')"),
        ("Parameter('x-y')", "Parameter('x_y')"),
        ("Parameter('x')", "IncludeFile('x')"),
        ("Config('x')", "Config('X')"),
    ],
)
def test_a_name_that_two_parameters_share_is_found_at_the_second(
    tmp_path: Path, first: str, second: str
) -> None:
    files = flow(f"a = {first}", f"b = {second}")
    column = len("    b = ") + second.index("'") + 1
    shown = first.split("'")[1]
    message = f"`a` and `b` are both called `{shown}`"
    assert check(tmp_path, files, "MF211") == [(5, column, message)]


def test_one_parameter_under_two_attributes_is_found(tmp_path: Path) -> None:
    message = "`a` and `b` are both called `x`"
    assert check(tmp_path, flow("a = b = Parameter('x')"), "MF211") == [(4, 23, message)]


def test_a_name_that_a_base_flow_in_another_file_has_is_found(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "base.py": f"{HEAD}class B(FlowSpec):\n    a = Parameter('x')\n",
        "flow.py": f"{HEAD}from base import B\nclass F(B):\n    b = Parameter('X'){STEPS}",
    }
    assert check(tmp_path, files, "MF211") == [(5, 19, "`a` and `b` are both called `x`")]
    assert check(tmp_path, files, "MF211", path="base.py") == []


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["a = Parameter('x')", "b = Parameter('y')"], id="two names"),
        pytest.param(["a = Parameter('x')", "a = Parameter('x')"], id="the same attribute again"),
        pytest.param(["a = Parameter('x')", "b = Config('x', default_value='{}')"], id="a Config beside it"),
        pytest.param(["a = Parameter('Tag')"], id="a reserved word in other letters"),
        pytest.param(["a = Parameter('help')"], id="an option that every command has"),
        pytest.param(["a = Parameter('datastore')"], id="an option of another command"),
        pytest.param(["a = Parameter('branch')"], id="an option of a decorator"),
        pytest.param(["_a = Parameter('tag')"], id="an attribute that is private"),
        pytest.param(["name = Parameter('tag')"], id="an attribute that Metaflow passes over"),
        pytest.param(["tag = Parameter('image')"], id="a reserved word as the attribute"),
        pytest.param(["tag = 'a'"], id="no parameter"),
        pytest.param(["a = Parameter('tag')", "def a(self): pass"], id="a method in the parameter's place"),
    ],
)
def test_names_that_metaflow_takes_are_fine(tmp_path: Path, lines: list[str]) -> None:
    assert check(tmp_path, flow(*lines), "MF211") == []
    assert silences(tmp_path, flow(*lines), "MF211") == []


def test_a_reserved_name_in_a_base_flow_is_found_there_and_once(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "base.py": f"{HEAD}class B(FlowSpec):\n    a = Parameter('tag')\n",
        "flow.py": f"{HEAD}from base import B\nclass F(B):{STEPS}",
    }
    message = "Metaflow reserves the parameter name `tag`"
    assert check(tmp_path, files, "MF211", path="base.py") == [(4, 19, message)]
    assert check(tmp_path, files, "MF211", "MF201") == [(4, 7, "`F` has no `@project`")]


def test_a_flow_may_replace_a_parameter_of_its_base(tmp_path: Path) -> None:
    code = f"{HEAD}class B(FlowSpec):\n    a = Parameter('x')\nclass F(B):\n    a = Parameter('x'){STEPS}"
    assert check(tmp_path, {"flow.py": code}, "MF211") == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(
            flow("if os.name: a = Parameter('x')", "else: b = Parameter('x')")["flow.py"],
            "parameter `x` depends on a condition",
            id="two branches",
        ),
        pytest.param(
            flow("if os.name: a = Parameter('tag')")["flow.py"],
            "parameter `tag` depends on a condition",
            id="a branch",
        ),
        pytest.param(
            f"{HEAD}class B(FlowSpec):\n    if os.name: a = Parameter('x')\n"
            f"class F(B):\n    b = Parameter('x'){STEPS}",
            "parameter `x` depends on a condition",
            id="a branch in the base flow",
        ),
        pytest.param(
            f"{HEAD}class m(FlowMutator): pass\n@m\nclass F(FlowSpec):\n    a = Parameter('tag'){STEPS}",
            "@m may change the flow",
            id="a mutator",
        ),
    ],
)
def test_where_the_parameter_may_not_be_there_the_rule_is_silent(
    tmp_path: Path, code: str, reason: str
) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF211") == []
    assert silences(tmp_path, {"flow.py": code}, "MF211") == [f"MF211 [invalid-parameter-name]: {reason}"]
