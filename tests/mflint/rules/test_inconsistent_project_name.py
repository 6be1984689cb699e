from __future__ import annotations

from pathlib import Path

import pytest

from mflint.diagnostics import Applicability
from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import Found, check, fixed, silences, write

FLOW = "from metaflow import FlowSpec, project\n@project(name={})\nclass {}(FlowSpec): pass\n"
CHURN, SALES, OPS = (FLOW.format(f"'{name}'", f"{name.title()}Flow") for name in ("churn", "sales", "ops"))


def related(root: Path) -> list[str]:
    (found,) = check_paths([root / "flow.py"], Settings(root, select=("MF202",))).findings
    return [f"{place.path.name}:{place.span.start.line} {place.message}" for place in found.related]


@pytest.mark.parametrize(
    ("others", "message"),
    [
        (
            {"a.py": CHURN, "b.py": CHURN},
            "the project of `SalesFlow` is `sales`, that of most other flows `churn`",
        ),
        ({"a.py": CHURN}, "the project of `SalesFlow` is `sales`, that of other flows `churn`"),
        (
            {"a.py": CHURN, "b.py": CHURN, "c.py": OPS},
            "the project of `SalesFlow` is `sales`, that of other flows `churn`, `ops`",
        ),
        (
            {"a.py": CHURN, "b.py": OPS},
            "the project of `SalesFlow` is `sales`, that of other flows `churn`, `ops`",
        ),
    ],
    ids=["one against most", "a tie", "three names, one ahead", "a tie of three"],
)
def test_a_flow_whose_name_is_not_the_usual_one_is_reported(
    tmp_path: Path, others: dict[str, str | bytes], message: str
) -> None:
    assert check(tmp_path, {**others, "flow.py": SALES}, "MF202") == [(2, 15, message)]


@pytest.mark.parametrize(
    "files",
    [
        {"flow.py": SALES},
        {"flow.py": SALES, "a.py": SALES},
        {"flow.py": SALES, "a.py": SALES, "b.py": CHURN},
        {"flow.py": SALES, "tests/test_a.py": CHURN, "tests/b.py": CHURN},
        {"flow.py": SALES, "a.py": FLOW.format("NAME", "F")},
        {"flow.py": SALES, "a.py": FLOW.format("'No-Name'", "F"), "b.py": FLOW.format("'No-Name'", "G")},
        {"flow.py": FLOW.format("'No-Name'", "F"), "a.py": SALES},
        {"flow.py": FLOW.format("5", "F"), "a.py": SALES},
        {"flow.py": "from metaflow import FlowSpec\nclass F(FlowSpec): pass\n", "a.py": SALES, "b.py": CHURN},
        {
            "flow.py": "from base import SalesFlow\nclass F(SalesFlow): pass\n",
            "base.py": SALES,
            "a.py": CHURN,
        },
    ],
    ids=[
        "one flow",
        "flows that agree",
        "the usual name",
        "other names in tests",
        "a name elsewhere that is computed",
        "names elsewhere that Metaflow refuses",
        "a name that Metaflow refuses",
        "no string",
        "a flow without project",
        "a flow that inherits its project, which is reported where it is written",
    ],
)
def test_a_flow_is_fine(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    assert check(tmp_path, files, "MF202") == []
    assert silences(tmp_path, files, "MF202") == []


def test_a_flow_in_tests_may_have_any_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"tests/a.py": SALES, "b.py": CHURN, "c.py": CHURN}
    assert check(tmp_path, files, "MF202", path="tests/a.py") == []


def test_of_a_computed_name_the_rule_says_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"flow.py": FLOW.format("NAME", "F"), "a.py": SALES}
    assert check(tmp_path, files, "MF202") == []
    reason = "the project name of F is computed"
    assert silences(tmp_path, files, "MF202") == [f"MF202 [inconsistent-project-name]: {reason}"]


def test_one_flow_of_each_other_name_is_shown_and_three_at_most(tmp_path: Path) -> None:
    write(tmp_path, {"flow.py": SALES, "b.py": CHURN, "a.py": CHURN, "c.py": OPS})
    assert related(tmp_path) == ["a.py:2 `ChurnFlow` has `churn`", "c.py:2 `OpsFlow` has `ops`"]
    write(tmp_path, {"d.py": FLOW.format("'x'", "X"), "e.py": FLOW.format("'y'", "Y")})
    assert len(related(tmp_path)) == 3


def named(root: Path, code: str) -> list[Found]:
    write(root, {"flow.py": code, "a.py": CHURN, "b.py": CHURN})
    found = check_paths([root / "flow.py"], Settings(root, select=("MF202",), project_name="ops")).findings
    return [(f.span.start.line, f.span.start.column, f.message) for f in found]


def test_every_flow_must_have_the_name_that_the_setting_gives(tmp_path: Path) -> None:
    assert named(tmp_path, CHURN) == [(2, 15, "the project of `ChurnFlow` is `churn`, not `ops`")]
    assert named(tmp_path, OPS) == []


@pytest.mark.parametrize(
    ("code", "setting", "after"),
    [
        ('@project(name="sales")', "", '@project(name="churn")'),
        (
            "@project(name='sales',  # why\n    branch='b')",
            "",
            "@project(name='churn',  # why\n    branch='b')",
        ),
        ("@project(name=('sa'\n  'les'))", "", "@project(name=('churn'))"),
        ("@project(name=r'''sales''')", "", "@project(name='churn')"),
        ("@project(name='sales')", "ops", "@project(name='ops')"),
        ("@project(name=NAME)", "ops", "@project(name=NAME)"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_the_fix_writes_the_name_and_nothing_else(
    tmp_path: Path, code: str, setting: str, after: str, newline: str
) -> None:
    before, end = "from metaflow import *\n", "\nclass F(FlowSpec):  # é\n\tpass"
    flow = f"{before}{code}{end}".replace("\n", newline)
    files = {"flow.py": flow.encode("utf-8-sig"), "a.py": CHURN, "b.py": CHURN}
    found = fixed(tmp_path, files, "MF202", project_name=setting)
    assert found == f"{before}{after}{end}".replace("\n", newline)


@pytest.mark.parametrize(
    "others",
    [
        {"a.py": CHURN},
        {"a.py": CHURN, "b.py": CHURN, "c.py": OPS},
        {"a.py": CHURN, "b.py": CHURN, "c.py": CHURN, "d.py": SALES},
        {"a.py": CHURN, "b.py": CHURN, "c.py": FLOW.format("NAME", "F")},
    ],
    ids=["a tie", "three names", "another flow of that name", "a name that is computed"],
)
def test_where_the_others_do_not_agree_there_is_no_fix(
    tmp_path: Path, others: dict[str, str | bytes]
) -> None:
    assert fixed(tmp_path, {**others, "flow.py": SALES}, "MF202") == SALES


def test_the_fix_is_unsafe(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CHURN, "b.py": CHURN, "flow.py": SALES})
    (found,) = check_paths([tmp_path / "flow.py"], Settings(tmp_path, select=("MF202",))).findings
    assert found.fix is not None
    assert (found.fix.message, found.fix.applicability) == ("Name the project `churn`", Applicability.UNSAFE)
