from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
HEAD = "from metaflow import FlowSpec, FlowMutator, config_expr, project, step\nimport metaflow as mf\n"
LONG = "a" * 129


def flow(decorator: str) -> dict[str, str | bytes]:
    return {"flow.py": f"{HEAD}@{decorator}\nclass F(FlowSpec):{STEPS}"}


@pytest.mark.parametrize(
    ("decorator", "column", "message"),
    [
        ("project(name='churn-model')", 15, "Metaflow refuses the project name `'churn-model'`"),
        ("project(name='Churn')", 15, "Metaflow refuses the project name `'Churn'`"),
        ("project(name='churn model')", 15, "Metaflow refuses the project name `'churn model'`"),
        ("project(name='churn.model')", 15, "Metaflow refuses the project name `'churn.model'`"),
        ("project(name='größe')", 15, "Metaflow refuses the project name `'größe'`"),
        ("project(name='churn\\n')", 15, "Metaflow refuses the project name `'churn\\n'`"),
        ("mf.project(branch='b', name='A')", 30, "Metaflow refuses the project name `'A'`"),
        (f"project(name='{LONG}')", 15, "a project's name has at most 128 characters, this one 129"),
        ("project(name='')", 15, "`@project` has no name"),
        ("project(name=None)", 15, "`@project` has no name"),
        ("project()", 2, "`@project` has no name"),
        ("project(branch='b')", 2, "`@project` has no name"),
        ("project", 2, "`@project` has no name"),
        ("project(name=5)", 15, "a project's name is a string"),
        ("project(name=['churn'])", 15, "a project's name is a string"),
    ],
)
def test_a_name_that_metaflow_refuses_is_found(
    tmp_path: Path, decorator: str, column: int, message: str
) -> None:
    assert check(tmp_path, flow(decorator), "MF210") == [(3, column, message)]


@pytest.mark.parametrize(
    "decorator",
    [
        "project(name='churn')",
        "project(name='churn_model_2')",
        "project(name='2')",
        "project(name='_')",
        f"project(name='{LONG[1:]}')",
        "project(name='churn' '_model')",
        "project(name=NAME)",
        "project(name=f'{NAME}-x')",
        "project(name=config_expr('settings.Project-Name'))",
        "project(**OPTIONS)",
        "project('Churn')",
    ],
)
def test_a_name_that_metaflow_takes_or_that_is_computed_is_fine(tmp_path: Path, decorator: str) -> None:
    assert check(tmp_path, flow(decorator), "MF210") == []
    assert silences(tmp_path, flow(decorator), "MF210") == []


def test_a_decorator_of_another_kind_may_have_any_name(tmp_path: Path) -> None:
    code = (
        f"from company import project\n{HEAD.replace(' project,', '')}@project(name='A')\nclass F(FlowSpec):"
    )
    assert check(tmp_path, {"flow.py": code + STEPS}, "MF210") == []


def test_the_name_in_a_base_flow_is_found_there_and_once(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "base.py": f"{HEAD}@project(name='A')\nclass B(FlowSpec): pass\n",
        "flow.py": f"from metaflow import step\nfrom base import B\nclass F(B):{STEPS}",
    }
    message = "Metaflow refuses the project name `'A'`"
    assert check(tmp_path, files, "MF210", path="base.py") == [(3, 15, message)]
    assert check(tmp_path, files, "MF210", "MF203") == [(3, 7, "`F` has no parameter `test-mode`")]


def test_where_something_may_change_the_flow_the_rule_is_silent(tmp_path: Path) -> None:
    code = f"{HEAD}class m(FlowMutator): pass\n@m\n@project(name='A')\nclass F(FlowSpec):{STEPS}"
    assert check(tmp_path, {"flow.py": code}, "MF210") == []
    assert silences(tmp_path, {"flow.py": code}, "MF210") == [
        "MF210 [invalid-project-name]: @m may change the flow"
    ]
