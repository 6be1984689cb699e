from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences

HEAD = "from metaflow import Config, FlowSpec, IncludeFile, Parameter, step; import metaflow as mf\n"
STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
MESSAGE = "the parameter `rows` has no help"


def flow(line: str) -> dict[str, str | bytes]:
    return {"flow.py": f"{HEAD}class F(FlowSpec):\n    {line}{STEPS}"}


@pytest.mark.parametrize(
    ("line", "column"),
    [
        pytest.param("rows = Parameter('rows')", 12, id="a name only"),
        pytest.param("rows = Parameter('rows', default=1, type=int)", 12, id="default and type"),
        pytest.param("n = mf.Parameter(name='rows', help='')", 9, id="an empty text"),
        pytest.param("n = Parameter('rows', help='  ')", 9, id="a text of spaces"),
        pytest.param("n = Parameter('rows', help=None)", 9, id="None"),
        pytest.param("n = Parameter('rows', 1, int, '')", 9, id="an empty text by position"),
        pytest.param("n: int = Parameter('rows')", 14, id="an annotated one"),
    ],
)
def test_a_parameter_without_help_is_found(tmp_path: Path, line: str, column: int) -> None:
    assert check(tmp_path, flow(line), "MF209") == [(3, column, MESSAGE)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("n = Parameter('rows', help='How many.')", id="a text"),
        pytest.param("n = Parameter('rows', 1, int, 'How many.')", id="a text by position"),
        pytest.param("n = Parameter('rows', help=f'At most {1}.')", id="a computed text"),
        pytest.param("n = Parameter('rows', help=HELP)", id="a text from elsewhere"),
        pytest.param("n = Config('rows')", id="a Config"),
        pytest.param("n = IncludeFile('rows')", id="a file to include"),
        pytest.param("n = 1", id="no parameter"),
        pytest.param("_n = Parameter('rows')", id="what Metaflow does not take for a parameter"),
    ],
)
def test_one_with_help_is_fine_and_so_is_anything_else(tmp_path: Path, line: str) -> None:
    assert check(tmp_path, flow(line), "MF209") == []
    assert silences(tmp_path, flow(line), "MF209") == []


def test_a_parameter_of_a_base_flow_is_found_in_its_file_only(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "base.py": f"{HEAD}class B(FlowSpec):\n    rows = Parameter('rows')\n",
        "flow.py": f"from metaflow import step\nfrom base import B\nclass F(B):{STEPS}",
    }
    assert check(tmp_path, files, "MF209", path="base.py") == [(3, 12, MESSAGE)]
    assert check(tmp_path, files, "MF209", "MF201") == [(3, 7, "`F` has no `@project`")]


def test_where_arguments_are_hidden_the_rule_is_silent(tmp_path: Path) -> None:
    files = flow("rows = Parameter('rows', **COMMON)")
    assert check(tmp_path, files, "MF209") == []
    assert silences(tmp_path, files, "MF209") == [
        "MF209 [missing-parameter-help]: the arguments of parameter `rows` are computed"
    ]
