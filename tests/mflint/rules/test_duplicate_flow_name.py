from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, write

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
HEAD = "from metaflow import FlowSpec, step\n"
FLOW = f"{HEAD}class F(FlowSpec):{STEPS}"
OTHER = f"{HEAD}\nclass F(FlowSpec):{STEPS}"
NESTED = f"{HEAD}def make():\n    class F(FlowSpec):{indent(STEPS, '    ')}\n"
FOUND = [(2, 7, "another flow of the project is called `F` too")]


def test_both_files_have_the_finding_and_each_names_the_other(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": FLOW, "b/c.py": OTHER})
    found = check_paths([tmp_path], Settings(tmp_path, select=("MF109",))).findings
    assert [(f.path.name, f.span.start.line, f.message) for f in found] == [
        ("a.py", 2, FOUND[0][2]),
        ("c.py", 3, FOUND[0][2]),
    ]
    assert [(r.path.name, r.span.start.line, r.message) for f in found for r in f.related] == [
        ("c.py", 3, "the other flow"),
        ("a.py", 2, "the other flow"),
    ]


def test_only_the_files_asked_for_have_findings(tmp_path: Path) -> None:
    assert check(tmp_path, {"flow.py": FLOW, "other.py": OTHER}, "MF109") == FOUND


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"other.py": FLOW}, id="a copy of the file"),
        pytest.param({"test_other.py": OTHER}, id="a test module"),
        pytest.param({"tests/other.py": OTHER}, id="a folder of tests"),
        pytest.param({"conftest.py": OTHER}, id="what tests share"),
        pytest.param({"other.py": "class F: pass\n"}, id="a class that is no flow"),
        pytest.param({"other.py": "from metaflow import Flow\nFlow('F')\n"}, id="a use of the name"),
        pytest.param({"other.py": OTHER.replace("class F(", "class FG(")}, id="a longer name"),
        pytest.param({"other.py": OTHER.replace("class F(", "class f(")}, id="another case"),
        pytest.param({"other.py": f"{HEAD}class F(FlowSpec): pass\n"}, id="a flow without steps"),
        pytest.param({"other.py": f"{OTHER}class G(F): pass\n"}, id="a base class"),
        pytest.param({"other.py": f"{FLOW}def f(:\n"}, id="a file that cannot be parsed"),
        pytest.param({"other.py": NESTED}, id="a flow inside a function"),
    ],
)
def test_other_things_of_that_name_are_fine(tmp_path: Path, files: dict[str, str]) -> None:
    assert check(tmp_path, {"flow.py": FLOW, **files}, "MF109") == []


def test_a_flow_among_tests_may_be_called_like_the_one_it_tests(tmp_path: Path) -> None:
    files = {"tests/flow.py": FLOW, "other.py": OTHER}
    assert check(tmp_path, files, "MF109", path="tests/flow.py") == []


def test_a_base_class_may_be_called_like_a_flow(tmp_path: Path) -> None:
    assert check(tmp_path, {"flow.py": f"{FLOW}class G(F): pass\n", "other.py": OTHER}, "MF109") == []
