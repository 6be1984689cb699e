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
MISSING = [(2, 7, "`F` has no `@project`")]


@pytest.mark.parametrize(
    "code",
    [
        f"from metaflow import FlowSpec, step\nclass F(FlowSpec):{STEPS}",
        f"from metaflow import *\nclass F(FlowSpec):{STEPS}",
        f"from metaflow.flowspec import *; from metaflow import step\nclass F(FlowSpec):{STEPS}",
        f"import metaflow as mf; step = mf.step\nclass F(mf.FlowSpec):{STEPS}",
        f"import metaflow.flowspec; from metaflow import step\nclass F(metaflow.flowspec.FlowSpec):{STEPS}",
        f"from metaflow import FlowSpec as X, step\nclass F(X):{STEPS}",
        f"from metaflow import FlowSpec, step; from abc import ABC\nclass F(FlowSpec, ABC):{STEPS}",
        f"from metaflow import FlowSpec, step, schedule\nclass F(FlowSpec):{STEPS}    project = 1\n",
    ],
)
def test_a_flow_without_project_is_found(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF201") == MISSING


@pytest.mark.parametrize(
    "code",
    [
        f"from metaflow import FlowSpec, project, step\n@project(name='a')\nclass F(FlowSpec):{STEPS}",
        f"from metaflow import *\n@project(name='a')\nclass F(FlowSpec):{STEPS}",
        f"import metaflow as mf\nstep = mf.step\n@mf.project(name=x)\nclass F(mf.FlowSpec):{STEPS}",
        f"from metaflow import FlowSpec, project as p, step\n@p(name='a')\nclass F(FlowSpec):{STEPS}",
        f"from metaflow import *\n@project(name='a')\nclass B(FlowSpec): pass\nclass F(B):{STEPS}",
        "from metaflow import FlowSpec\nclass F(FlowSpec): pass\n",
        f"class FlowSpec: pass\nfrom metaflow import step\nclass F(FlowSpec):{STEPS}",
    ],
)
def test_a_flow_with_a_project_or_that_nobody_runs_is_fine(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF201") == []
    assert silences(tmp_path, {"flow.py": code}, "MF201") == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            f"from metaflow import FlowSpec, step\nfrom company import Base\nclass F(Base, FlowSpec):{STEPS}",
            "base class Base of F is not in the project's source",
        ),
        (
            f"from metaflow import FlowSpec, step\nclass F(make(), FlowSpec):{STEPS}",
            "base class an expression of F is not in the project's source",
        ),
        (
            f"from metaflow import FlowSpec, step\nclass F(FlowSpec, metaclass=M):{STEPS}",
            "class F has a metaclass or class keywords",
        ),
        (
            f"from metaflow import *\nfrom company import team\n@team\nclass F(FlowSpec):{STEPS}",
            "@team may change the flow",
        ),
        (
            f"from metaflow import *\nclass team(FlowMutator): pass\n@team\nclass F(FlowSpec):{STEPS}",
            "@team may change the flow",
        ),
        (
            f"from metaflow import FlowSpec, step\n@(lambda c: c)\nclass F(FlowSpec):{STEPS}",
            "a computed decorator may change the flow",
        ),
        (
            f"from metaflow import *\nproject = 1 or project\n@project('a')\nclass F(FlowSpec):{STEPS}",
            "@project may change the flow",
        ),
    ],
)
def test_where_the_source_does_not_show_it_the_rule_is_silent(tmp_path: Path, code: str, reason: str) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF201") == []
    assert silences(tmp_path, {"flow.py": code}, "MF201") == [f"MF201 [missing-project]: {reason}"]


def test_a_base_flow_needs_no_project_of_its_own_and_gives_none(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "base.py": f"from metaflow import FlowSpec, step\nclass Base(FlowSpec):{STEPS}",
        "flow.py": "from base import Base\nclass F(Base): pass\n",
    }
    assert check(tmp_path, files, "MF201", path="base.py") == []
    assert check(tmp_path, files, "MF201") == MISSING
