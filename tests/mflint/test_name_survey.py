"""Which project names are in use, and how few files are parsed to know it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mflint.project import Project
from mflint.project_names import NamesInUse
from tests.mflint.flow_projects import project_at, write

FLOW = "from metaflow import FlowSpec, project\n@project(name={})\nclass F(FlowSpec): pass\n"
CHURN = FLOW.format("'churn'")
SALES = FLOW.format("'sales'")


def survey(root: Path, files: Mapping[str, str | bytes]) -> tuple[NamesInUse, Project]:
    write(root, files)
    project = project_at(root)
    return project.names_in_use(), project


def parsed(project: Project, root: Path) -> list[str]:
    paths = (path for path in root.rglob("*.py") if project.text(path) is not None)
    return sorted(path.relative_to(root).as_posix() for path in paths)


def copies(code: str, count: int, prefix: str = "a") -> dict[str, str | bytes]:
    return {f"{prefix}{number:03}.py": code for number in range(count)}


def test_a_project_of_one_name_is_not_parsed_as_a_whole(tmp_path: Path) -> None:
    names, project = survey(tmp_path, {**copies(CHURN, 40), "helper.py": "project = 1\n"})
    assert (names.usual, names.agreed) == (("churn",), "churn")
    assert parsed(project, tmp_path) == ["a000.py"]


def test_of_the_usual_name_no_more_is_parsed_than_puts_it_ahead(tmp_path: Path) -> None:
    names, project = survey(tmp_path, {**copies(CHURN, 40), **copies(SALES, 2, "b")})
    assert (names.usual, names.agreed) == (("churn",), None)
    assert {name: len(flows) for name, flows in names.flows.items()} == {"churn": 3, "sales": 2}
    assert parsed(project, tmp_path) == ["a000.py", "a001.py", "a002.py", "b000.py", "b001.py"]


@pytest.mark.parametrize(
    "arguments",
    ["'churn'", "'churn', branch='b'", "'churn',\n    production=True,\n"],
)
def test_other_arguments_need_no_parsing(tmp_path: Path, arguments: str) -> None:
    before = FLOW.replace("name={}", "branch='name=\"x\"', production=True, name='churn'")
    files = {**copies(FLOW.format(arguments), 5), **copies(before, 5, "b")}
    names, project = survey(tmp_path, files)
    assert (names.agreed, parsed(project, tmp_path)) == ("churn", ["a000.py"])


@pytest.mark.parametrize("name", ["NAME", "settings.NAME", "config_expr('cfg.project')", "NAME, branch='b'"])
def test_of_names_that_are_computed_one_is_parsed(tmp_path: Path, name: str) -> None:
    names, project = survey(tmp_path, {**copies(FLOW.format(name), 5), **copies(CHURN, 5, "b")})
    assert (names.usual, names.computed) == (("churn",), True)
    assert parsed(project, tmp_path) == ["a000.py", "b000.py"]


@pytest.mark.parametrize(
    "code",
    [
        "# @project(name='sales')\n",
        "'''\n@project(name='sales')\n'''\n",
        "def project(name): return print\n@project(name='sales')\nclass A: pass\n",
        "from flask import project\n@project(name='sales')\ndef page(): pass\n",
        "from metaflow import project\n@project(name='Sales')\nclass A(FlowSpec): pass\n",
        "from metaflow import project\n@project\nclass A(FlowSpec): pass\n",
        "@project(name='sales'",
        b"\xff@project(name='sales')",
    ],
    ids=[
        "a comment",
        "a string",
        "a function of the file",
        "a function from elsewhere",
        "a name that Metaflow refuses",
        "no name",
        "a file that cannot be parsed",
        "a file that cannot be read",
    ],
)
def test_what_only_looks_like_a_project_does_not_count(tmp_path: Path, code: str | bytes) -> None:
    names, _ = survey(tmp_path, {"a.py": CHURN, "b.py": code})
    assert names.agreed == "churn"


@pytest.mark.parametrize(
    ("imports", "decorator"),
    [
        ("from metaflow import FlowSpec, project", '@project(name="sales", branch="b")'),
        ("from metaflow import FlowSpec, project", '@project(branch="b", name="sales")'),
        ("from metaflow import FlowSpec, project", "@project(  # see below\n    name='sales',\n)"),
        ("from metaflow import FlowSpec, project", "@project(\n    name='sales'\n)"),
        ("from metaflow import FlowSpec, project", "@project(name='sa' 'les')"),
        ("from metaflow import FlowSpec, project", "@ \\\nproject(name='sales')"),
        ("from metaflow import FlowSpec, project", "@(project)(name=r'sales')"),
        ("from metaflow import *", "@project(name='sales')"),
        ("import metaflow; from metaflow import FlowSpec", "@metaflow.project(name='sales')"),
        ("import metaflow as mf; FlowSpec = mf.FlowSpec; team = mf.project", "@team(name='sales')"),
        ("from metaflow import FlowSpec, project as p", "@p(name='sales')"),
        ("from metaflow import FlowSpec\nfrom company import team", "@team(name='sales')"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_however_it_is_written_a_name_is_found(
    tmp_path: Path, imports: str, decorator: str, newline: str
) -> None:
    code = f"{imports}\n{decorator}\nclass G(FlowSpec): pass\n".replace("\n", newline).encode()
    company = "from metaflow import project as team\n"
    names, _ = survey(tmp_path, {"a.py": CHURN, "b.py": code, "company.py": company})
    assert {name: [flow.flow for flow in flows] for name, flows in names.flows.items()} == {
        "churn": ["F"],
        "sales": ["G"],
    }
    assert names.usual == ("churn", "sales")


def test_a_name_that_is_computed_is_no_agreement(tmp_path: Path) -> None:
    names, _ = survey(tmp_path, {"a.py": CHURN, "b.py": FLOW.format("NAME")})
    assert (names.usual, names.computed, names.agreed) == (("churn",), True, None)


def test_flows_in_tests_do_not_count(tmp_path: Path) -> None:
    files = {"a.py": CHURN, "tests/b.py": SALES, "test_c.py": SALES, "flows/d_test.py": SALES}
    assert survey(tmp_path, files)[0].agreed == "churn"


def test_a_project_without_any_name_has_none(tmp_path: Path) -> None:
    names, project = survey(tmp_path, copies("from metaflow import FlowSpec\nclass F(FlowSpec): pass\n", 3))
    assert names == NamesInUse((), {}, computed=False)
    assert names.agreed is None
    assert parsed(project, tmp_path) == []
