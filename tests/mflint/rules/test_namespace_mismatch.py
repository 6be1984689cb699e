from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check
from tests.mflint.rules.elsewhere import flow

IMPORTS = "from metaflow import *; import metaflow as mf"
PROJECT = "@project(name='churn')\n"
EVERYBODY = "`namespace(None)` opens the rest of the step to everybody's runs"
OTHER = "`project:sales` is the namespace of another project than the flow's, `churn`"


def found(root: Path, body: str, above: str = PROJECT) -> list[tuple[int, int, str]]:
    """The step's body begins on line 6."""
    return check(root, {"flow.py": flow(body, imports=IMPORTS, above=above)}, "MF703")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("namespace('project:sales')", (6, 9, OTHER)),
        ("mf.namespace('project:sales')", (6, 9, OTHER)),
        ("namespace(None)\nrun = Flow('F').latest_run", (6, 9, EVERYBODY)),
        ("from metaflow import namespace as ns; ns(None)", (6, 47, EVERYBODY)),
        ("default_namespace()\nnamespace(None)", (7, 9, EVERYBODY)),
    ],
)
def test_a_foreign_namespace_is_found(tmp_path: Path, body: str, expected: tuple[int, int, str]) -> None:
    assert found(tmp_path, body) == [expected]


def test_only_the_last_of_several_changes_holds(tmp_path: Path) -> None:
    assert found(tmp_path, "namespace(None)\nnamespace('project:sales')") == [(7, 9, OTHER)]


def test_a_method_that_a_step_calls_belongs_to_the_step(tmp_path: Path) -> None:
    code = (
        flow("self.open()", imports=IMPORTS)
        + "    def open(self): namespace(None)\n    def idle(self): namespace(None)\n"
    )
    assert check(tmp_path, {"flow.py": code}, "MF703") == [(9, 21, EVERYBODY)]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("namespace('project:churn')", id="the own project"),
        pytest.param("namespace(f'project:{current.project_name}')", id="a computed project"),
        pytest.param("namespace('user:me')", id="a user"),
        pytest.param("namespace('production:F-0')", id="a production token"),
        pytest.param("namespace(None)\nx = 1\ndefault_namespace()", id="back to the default"),
        pytest.param("namespace('project:sales')\nnamespace('project:churn')", id="back to the own project"),
        pytest.param("old = get_namespace()\nnamespace(None)\nnamespace(old)", id="back to what it was"),
        pytest.param("namespace(None)\nback()", id="back by a function"),
        pytest.param("from other import namespace\nnamespace(None)", id="another namespace"),
        pytest.param("namespace = print\nnamespace(None)", id="a variable of that name"),
        pytest.param("namespace()", id="no argument"),
    ],
)
def test_what_stays_at_home_is_left_alone(tmp_path: Path, body: str) -> None:
    back = "def again(): default_namespace()\ndef back(): again()\n"
    assert found(tmp_path, body, above=back + PROJECT) == []


def test_a_method_is_left_alone_where_a_step_may_set_the_namespace_again(tmp_path: Path) -> None:
    code = flow("self.open()\ndefault_namespace()", imports=IMPORTS) + "    def open(self): namespace(None)\n"
    assert check(tmp_path, {"flow.py": code}, "MF703") == []


def test_without_a_project_of_its_own_a_flow_may_name_any(tmp_path: Path) -> None:
    assert found(tmp_path, "namespace('project:sales')", above="\n") == []
    assert found(tmp_path, "namespace('project:sales')", above="@project(name=NAME)\n") == []


def test_outside_of_steps_nothing_is_said(tmp_path: Path) -> None:
    assert (
        found(tmp_path, "pass", above="namespace(None)\ndef f(): namespace(None)\n@project(name='a')\n") == []
    )
