from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, fixed, silences, write

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


CHURN = "from metaflow import FlowSpec, project\n@project(name='churn')\nclass G(FlowSpec): pass\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from metaflow import FlowSpec, step\nclass F(FlowSpec):",
            'from metaflow import FlowSpec, project, step\n@project(name="churn")\nclass F(FlowSpec):',
        ),
        (
            "from metaflow import step, schedule, FlowSpec\n\n# Why.\n@schedule()\nclass F(FlowSpec):",
            (
                "from metaflow import step, schedule, FlowSpec, project\n\n# Why.\n"
                '@project(name="churn")\n@schedule()\nclass F(FlowSpec):'
            ),
        ),
        (
            "import metaflow as mf\nstep = mf.step\n\n\nclass F(mf.FlowSpec):",
            'import metaflow as mf\nstep = mf.step\n\n\n@mf.project(name="churn")\nclass F(mf.FlowSpec):',
        ),
        (
            "from metaflow import FlowSpec, step, project as team\nclass F(FlowSpec):",
            'from metaflow import FlowSpec, step, project as team\n@team(name="churn")\nclass F(FlowSpec):',
        ),
        (
            "from metaflow import *\nclass F(FlowSpec):",
            'from metaflow import *\n@project(name="churn")\nclass F(FlowSpec):',
        ),
        (
            "from metaflow import step\nfrom base import B\nclass F(B):",
            'from metaflow import project, step\nfrom base import B\n@project(name="churn")\nclass F(B):',
        ),
        (
            "import metaflow\nfrom metaflow.decorators import step\nx = 'a' 'b'\nclass F(metaflow.FlowSpec):",
            (
                "import metaflow\nfrom metaflow.decorators import step\nx = 'a' 'b'\n"
                "@metaflow.project(name='churn')\nclass F(metaflow.FlowSpec):"
            ),
        ),
        (
            "from metaflow import FlowSpec, step\nif True:\n  class F(FlowSpec): # é",
            (
                "from metaflow import FlowSpec, project, step\nif True:\n"
                '  @project(name="churn")\n  class F(FlowSpec): # é'
            ),
        ),
    ],
    ids=[
        "names imported in order",
        "names imported in no order, and other decorators",
        "a module under another name",
        "the decorator under another name",
        "a star import",
        "a base flow in another file",
        "a module, and single quotes",
        "a class in a block",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_the_fix_adds_the_name_of_all_other_flows(
    tmp_path: Path, before: str, after: str, newline: str
) -> None:
    base = "from metaflow import FlowSpec\nclass B(FlowSpec): pass\n"
    steps = STEPS.replace("\n    ", "\n      ") if "\n  class" in before else STEPS
    code = (before + steps).replace("\n", newline).encode("utf-8-sig")
    found = fixed(tmp_path, {"a.py": CHURN, "base.py": base, "flow.py": code}, "MF201")
    assert found == (after + steps).replace("\n", newline)
    write(tmp_path, {"flow.py": found.encode()})
    assert check(tmp_path, {}, "MF201") == []


PLAIN = f"from metaflow import FlowSpec, step\nclass F(FlowSpec):{STEPS}"


@pytest.mark.parametrize(
    ("files", "setting", "name"),
    [
        ({"a.py": CHURN}, "ops", "ops"),
        ({}, "ops", "ops"),
        ({"a.py": CHURN, "tests/b.py": CHURN.replace("churn", "trial")}, "", "churn"),
        ({"a.py": CHURN, "b.py": CHURN.replace("churn", "sales")}, "", None),
        ({"a.py": CHURN, "b.py": CHURN.replace("'churn'", "NAME")}, "", None),
        ({}, "", None),
    ],
    ids=[
        "the setting goes before the other flows",
        "the setting alone",
        "tests do not count",
        "other flows differ",
        "the name of another flow is computed",
        "no other flow",
    ],
)
def test_the_name_is_the_settings_or_that_of_all_others(
    tmp_path: Path, files: dict[str, str | bytes], setting: str, name: str | None
) -> None:
    after = fixed(tmp_path, {**files, "flow.py": PLAIN}, "MF201", project_name=setting)
    decorated = PLAIN.replace("Spec, step\n", f'Spec, project, step\n@project(name="{name}")\n')
    assert after == (decorated if name else PLAIN)


@pytest.mark.parametrize(
    "code",
    [
        PLAIN.replace("class F", "project = 1\nclass F"),
        PLAIN.replace("class F", "def make():\n  project = 1\n  class F").replace("\n    ", "\n      "),
    ],
    ids=["in the module", "in the function around the class"],
)
def test_where_project_means_something_else_there_is_no_fix(tmp_path: Path, code: str) -> None:
    assert [text for _, _, text in check(tmp_path, {"flow.py": code}, "MF201")] == [MISSING[0][2]]
    assert fixed(tmp_path, {"flow.py": code}, "MF201", project_name="ops") == code


def test_an_import_for_type_checkers_alone_gives_the_fix_no_name(tmp_path: Path) -> None:
    imports = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from metaflow import project as p\n"
    after = fixed(tmp_path, {"flow.py": imports + PLAIN}, "MF201", project_name="ops")
    assert after == imports + PLAIN.replace("Spec, step\n", 'Spec, project, step\n@project(name="ops")\n')
