from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import write
from tests.mflint.rules.elsewhere import flow


def found(root: Path, code: str, target: str | None) -> list[tuple[int, int, str]]:
    write(root, {"flow.py": dedent(code).lstrip("\n")})
    findings = check_paths(
        [root / "flow.py"], Settings(root, select=("MF708",), metaflow_version=target)
    ).findings
    return [(f.span.start.line, f.span.start.column, f.message) for f in findings]


def message(feature: str, since: str, target: str) -> str:
    return f"{feature} needs Metaflow {since}, and the flows must run on {target}"


def with_decorator(of_step: str = "", *, of_flow: str = "", tail: str = "self.next(self.a)") -> str:
    """A decorator of the flow stands on line 3, one of the step on line 5."""
    return (
        f"from metaflow import FlowSpec, step\nfrom metaflow import *\n{of_flow}\nclass F(FlowSpec):\n"
        f"    {of_step}\n    @step\n    def start(self):\n        {tail}\n"
    )


@pytest.mark.parametrize(
    ("name", "since", "before"),
    [
        ("schedule", "2.1.0", "2.0.5"),
        ("project", "2.3.0", "2.2.13"),
        ("kubernetes", "2.4.1", "2.4.0"),
        ("card", "2.4.7", "2.4.5"),
        ("parallel", "2.4.7", "2.4.5"),
        ("secrets", "2.7.22", "2.7.21"),
        ("trigger", "2.8.4", "2.8.3"),
        ("trigger_on_finish", "2.8.4", "2.8"),
        ("pypi", "2.10.0", "2.9.15"),
        ("pypi_base", "2.10.0", "2.9"),
        ("Runner", "2.12.0", "2.11.16"),
        ("NBRunner", "2.12.0", "2.11"),
        ("Deployer", "2.12.9", "2.12"),
        ("Config", "2.12.37", "2.12.36"),
        ("config_expr", "2.12.37", "2.12"),
        ("exit_hook", "2.15.19", "2.15.18"),
        ("FlowMutator", "2.16.0", "2.15.21"),
        ("user_step_decorator", "2.16.0", "2.15"),
        ("yaml_parser", "2.18.9", "2.18"),
    ],
)
def test_a_name_is_newer_than_the_release_before_it(
    tmp_path: Path, name: str, since: str, before: str
) -> None:
    code = flow("pass", imports=f"from metaflow import FlowSpec, {name}, step")
    assert found(tmp_path, code, before) == [(1, 32, message(f"`{name}`", since, before))]
    assert found(tmp_path, code, since) == []
    assert found(tmp_path, code, since.removesuffix(".0")) == []


@pytest.mark.parametrize(
    ("decorator", "column", "feature", "since", "before"),
    [
        ("@conda(packages={})", 21, "`packages` of `@conda`", "2.10.0", "2.9"),
        ("@card(type='blank', id='a')", 28, "`id` of `@card`", "2.5.0", "2.4.9"),
        ("@card(refresh_interval=1)", 28, "`refresh_interval` of `@card`", "2.10.9", "2.10.8"),
        ("@kubernetes(qos='Burstable')", 21, "`qos` of `@kubernetes`", "2.12.35", "2.12.34"),
        ("@resources(disk=100)", 21, "`disk` of `@resources`", "2.10.4", "2.10"),
    ],
)
def test_an_argument_of_a_decorator_may_be_newer_than_the_decorator(
    tmp_path: Path, decorator: str, column: int, feature: str, since: str, before: str
) -> None:
    places = [(line, text) for line, _, text in found(tmp_path, with_decorator(decorator), before)]
    assert places == [(5, message(feature, since, before))]
    assert found(tmp_path, with_decorator(decorator), since) == []


def test_an_argument_of_a_flow_decorator_counts_too(tmp_path: Path) -> None:
    code = with_decorator(of_flow="@schedule(daily=True, timezone='Etc/UTC')")
    assert found(tmp_path, code, "2.7") == [(3, 32, message("`timezone` of `@schedule`", "2.7.22", "2.7"))]


def test_a_switch_needs_a_metaflow_that_reads_it(tmp_path: Path) -> None:
    code = with_decorator(tail="self.next({'a': self.a, 'b': self.b}, condition='x')")
    text = message("`self.next` with a `condition`", "2.17.2", "2.17.1")
    assert found(tmp_path, code, "2.17.1") == [(8, 9, text)]
    assert found(tmp_path, code, "2.17.2") == []


@pytest.mark.parametrize("keyword", ["start", "end"])
def test_marked_steps_need_a_metaflow_that_knows_them(tmp_path: Path, keyword: str) -> None:
    code = with_decorator().replace("@step", f"@step({keyword}=True)")
    text = message(f"`@step({keyword}=...)`", "2.19.23", "2.19.22")
    assert found(tmp_path, code, "2.19.22") == [(6, 5, text)]
    assert found(tmp_path, code, "2.19.23") == []


@pytest.mark.parametrize("python", ["3.9", "3.9.7", "==3.10", "3.11.*"])
def test_conda_with_a_python_that_it_cannot_solve_for_is_found(tmp_path: Path, python: str) -> None:
    code = with_decorator(f"@conda(python='{python}', libraries={{}})")
    minor = "3." + python.removeprefix("==").split(".")[1]
    text = message(f"`@conda` with Python {minor}", "2.5.1", "2.5.0")
    assert found(tmp_path, code, "2.5.0") == [(5, 5, text)]
    assert found(tmp_path, code, "2.5.1") == []


@pytest.mark.parametrize(
    "decorator",
    [
        "@conda(python='3.8', libraries={})",
        "@conda(python='3.9', libraries={'coverage': '6.2'})",
        "@conda(python='3.9', libraries=LIBRARIES)",
        "@conda(python=PYTHON)",
        "@conda(libraries={'numpy': '1.20'})",
    ],
)
def test_conda_that_may_be_solved_is_left_alone(tmp_path: Path, decorator: str) -> None:
    assert found(tmp_path, with_decorator(decorator), "2.5.0") == []


def test_names_are_found_in_steps_and_as_attributes_of_the_module(tmp_path: Path) -> None:
    code = flow(
        "from metaflow import Runner\nmf.Deployer('x.py')",
        imports="import metaflow as mf; from metaflow import FlowSpec, step",
    )
    assert found(tmp_path, code, "2.11") == [
        (5, 30, message("`Runner`", "2.12.0", "2.11")),
        (6, 9, message("`Deployer`", "2.12.9", "2.11")),
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "try: from metaflow import Config\nexcept ImportError: pass", id="an import that may fail"
        ),
        pytest.param("if self.x:\n    from metaflow import Config", id="an import under a condition"),
        pytest.param("from other import Config", id="another Config"),
        pytest.param("from metaflow import current\ncurrent.card", id="an attribute of something else"),
        pytest.param("mf = self.x\nmf.Config", id="another variable"),
        pytest.param("from metaflow import S3, Flow, Run", id="what was always there"),
    ],
)
def test_what_is_guarded_or_old_is_left_alone(tmp_path: Path, body: str) -> None:
    assert (
        found(
            tmp_path, flow(body, imports="import metaflow as mf; from metaflow import FlowSpec, step"), "2.4"
        )
        == []
    )


def test_without_a_target_everything_is_there(tmp_path: Path) -> None:
    assert (
        found(tmp_path, flow("pass", imports="from metaflow import Config, FlowSpec, pypi, step"), None) == []
    )
