from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check
from tests.mflint.rules.elsewhere import flow

IMPORTS = "import os; from os import environ, putenv; import metaflow; from metaflow import FlowSpec, step"


def message(does: str = "sets `METAFLOW_USER`") -> str:
    return f"the file {does}, and so decides how everybody runs the flow"


SETTERS = [
    pytest.param("os.environ['METAFLOW_USER'] = 'me'", 0, id="an item"),
    pytest.param("environ['METAFLOW_USER'] = 'me'", 0, id="an item of the imported name"),
    pytest.param("os.environ['METAFLOW_USER'] += 'me'", 0, id="an item that grows"),
    pytest.param("a = os.environ['METAFLOW_USER'] = 'me'", 4, id="one of several targets"),
    pytest.param("os.environ.setdefault('METAFLOW_USER', 'me')", 0, id="setdefault"),
    pytest.param("os.environ.update(METAFLOW_USER='me')", 32, id="update with a keyword"),
    pytest.param("os.environ.update({'A': 'b', 'METAFLOW_USER': 'me'})", 29, id="update with a dictionary"),
    pytest.param("os.environ.update(dict(METAFLOW_USER='me'))", 37, id="update with dict()"),
    pytest.param("os.environ |= {'METAFLOW_USER': 'me'}", 15, id="a union in place"),
    pytest.param("putenv('METAFLOW_USER', 'me')", 0, id="putenv"),
]


@pytest.mark.parametrize(("code", "column"), SETTERS)
def test_setting_a_variable_in_a_step_is_found(tmp_path: Path, code: str, column: int) -> None:
    files = {"flow.py": flow(code, imports=IMPORTS)}
    assert check(tmp_path, files, "MF706") == [(5, 9 + column, message())]


@pytest.mark.parametrize(("code", "column"), SETTERS)
def test_setting_a_variable_at_module_level_is_found(tmp_path: Path, code: str, column: int) -> None:
    files = {"flow.py": flow("pass", imports=IMPORTS, above=f"if os:\n  {code}\n")}
    assert check(tmp_path, files, "MF706") == [(3, 3 + column, message())]


def test_so_is_the_body_of_the_class_and_the_main_guard(tmp_path: Path) -> None:
    code = flow("pass", imports=IMPORTS).replace(
        "F(FlowSpec):", "F(FlowSpec):\n    os.environ['METAFLOW_USER'] = 'me'"
    )
    guard = "if __name__ == '__main__':\n    metaflow.metadata('local')\n    F()\n"
    found = check(tmp_path, {"flow.py": code + guard}, "MF706")
    assert found == [(3, 5, message()), (11, 5, message("calls `metadata`"))]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("user = os.environ['METAFLOW_USER']", id="reading"),
        pytest.param("user = os.environ.get('METAFLOW_USER', 'me')", id="reading with a default"),
        pytest.param("del os.environ['METAFLOW_USER']", id="deleting"),
        pytest.param("os.environ['AWS_PROFILE'] = 'me'", id="another variable"),
        pytest.param("os.environ['A'] = 'METAFLOW_USER'", id="a value of that name"),
        pytest.param("os.environ[name] = 'me'", id="a computed name"),
        pytest.param("env = dict(os.environ, METAFLOW_USER='me')", id="a copy for a child process"),
        pytest.param("env = {}; env['METAFLOW_USER'] = 'me'", id="another dictionary"),
        pytest.param("monkeypatch.setenv('METAFLOW_USER', 'me')", id="a fixture"),
        pytest.param("os = Fake(); os.environ['METAFLOW_USER'] = 'me'", id="another os"),
        pytest.param("metaflow.metadata(chosen)", id="a computed metadata provider"),
        pytest.param("metaflow.get_metadata()", id="asking for the metadata provider"),
    ],
)
def test_what_sets_nothing_of_metaflow_is_left_alone(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"flow.py": flow(code, imports=IMPORTS)}, "MF706") == []
