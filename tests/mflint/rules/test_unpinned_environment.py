from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check


def flow(of_step: str = "@retry", of_flow: str = "@project(name='a')") -> dict[str, str | bytes]:
    """The decorator of the flow stands on line 3, that of the step on line 5."""
    return {
        "flow.py": f"""
            from metaflow import *
            import metaflow as mf
            {of_flow}
            class F(FlowSpec):
                {of_step}
                @step
                def start(self): pass
        """
    }


@pytest.mark.parametrize(
    ("decorator", "column"),
    [
        ("@pypi(packages={'numpy': ''})", 21),
        ("@pypi(packages={'numpy': '*'})", 21),
        ("@mf.conda(packages={'pandas': '2.2', 'numpy': None})", 42),
        ("@conda(libraries={'numpy': ' '})", 23),
        ("@conda(disabled=False, packages={**SHARED, 'numpy': ''})", 48),
    ],
)
def test_a_package_of_a_step_without_a_version_is_found(tmp_path: Path, decorator: str, column: int) -> None:
    kind = decorator[1:].partition("(")[0].removeprefix("mf.")
    message = f"`@{kind}` takes whatever version of `numpy` is newest"
    assert check(tmp_path, flow(decorator), "MF709") == [(5, column, message)]


@pytest.mark.parametrize("kind", ["pypi_base", "conda_base"])
def test_a_package_of_the_flow_without_a_version_is_found(tmp_path: Path, kind: str) -> None:
    files = flow(of_flow=f"@{kind}(packages={{'numpy': ''}})")
    message = f"`@{kind}` takes whatever version of `numpy` is newest"
    assert check(tmp_path, files, "MF709") == [(3, 22 if kind == "pypi_base" else 23, message)]


@pytest.mark.parametrize(
    "decorator",
    [
        "@pypi(packages={'numpy': '2.1.2'})",
        "@pypi(packages={'numpy': '>=2'})",
        "@conda(packages={'numpy': 2})",
        "@pypi(packages={'git+https://github.com/a/b@1f2e': ''})",
        "@pypi(packages={'numpy': VERSION})",
        "@pypi(packages=PACKAGES)",
        "@pypi(packages={NAME: ''})",
        "@pypi(packages={'numpy': ''}, disabled=True)",
        "@pypi",
        "@environment(vars={'NUMPY': ''})",
    ],
)
def test_a_version_or_what_may_be_one_is_left_alone(tmp_path: Path, decorator: str) -> None:
    assert check(tmp_path, flow(decorator), "MF709") == []
