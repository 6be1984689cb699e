"""`mflint flows`: the table, the JSON and the requirements."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mflint.commands import mflint, write

SPLITS = """\
    from metaflow import FlowSpec, IncludeFile, Parameter, project, resources, retry, step


    @project(name="churn")
    class SplitFlow(FlowSpec):
        test_mode = Parameter("Test_Mode", default=True)
        rows = Parameter("rows", required=True)
        data = IncludeFile("data")

        @step
        def start(self):
            self.items = [1]
            self.next(self.fan, foreach="items")

        @retry(times=2)
        @resources(cpu=2)
        @step
        def fan(self):
            self.next(self.left, self.right)

        @step
        def left(self):
            self.next(self.meet)

        @step
        def right(self):
            self.next(self.meet)

        @step
        def meet(self, inputs):
            self.next(self.collect)

        @step
        def collect(self, inputs):
            self.next(self.choose)

        @step
        def choose(self):
            self.mode = "a"
            self.next({"a": self.end, "b": self.again}, condition="mode")

        @step
        def again(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    """
SMALL = """\
    from metaflow import FlowSpec, project, step

    NAME = "x"


    @project(name=NAME)
    class {name}(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    """


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "mflint.toml")
    return tmp_path


def test_a_table_lists_the_flows(root: Path) -> None:
    write(root, "flows/split.py", SPLITS)
    write(root, "small.py", SMALL.format(name="SmallFlow").replace("@project(name=NAME)\n    class", "class"))
    write(root, "named.py", SMALL.format(name="NamedFlow"))
    outcome = mflint("flows", cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        "FILE            FLOW       STEPS  PROJECT     TEST MODE\n"
        "named.py        NamedFlow  2      (computed)  -\n"
        "small.py        SmallFlow  2      -           -\n"
        "flows/split.py  SplitFlow  9      churn       Test_Mode\n"
    )


def test_json_holds_steps_and_parameters(root: Path) -> None:
    write(root, "flows/split.py", SPLITS)
    outcome = mflint("flows", "--output-format=json", "flows", cwd=root)
    document = json.loads(outcome.out)
    (flow,) = document["flows"]
    steps = {step.pop("name"): step for step in flow.pop("steps")}
    assert document["version"] == 1
    assert flow == {
        "file": "flows/split.py",
        "class": "SplitFlow",
        "line": 5,
        "project": "churn",
        "test_mode_parameter": "Test_Mode",
        "parameters": [
            {"name": "Test_Mode", "attribute": "test_mode", "kind": "Parameter", "needs_value": False},
            {"name": "rows", "attribute": "rows", "kind": "Parameter", "needs_value": True},
            {"name": "data", "attribute": "data", "kind": "IncludeFile", "needs_value": False},
        ],
        "decorators": ["project"],
        "unknown": [],
    }
    assert {step.pop("file") for step in steps.values()} == {"flows/split.py"}
    assert steps["start"] == {
        "type": "split-foreach",
        "line": 11,
        "next": ["fan"],
        "decorators": [],
        "matching_join": "collect",
        "foreach_artifact": "items",
    }
    assert steps["fan"] == {
        "type": "split-static",
        "line": 18,
        "next": ["left", "right"],
        "decorators": ["retry", "resources"],
        "matching_join": "meet",
    }
    assert steps["meet"] == {"type": "join", "line": 30, "next": ["collect"], "decorators": []}
    assert steps["choose"] == {
        "type": "split-switch",
        "line": 38,
        "next": ["end", "again"],
        "decorators": [],
        "condition": "mode",
        "switch_cases": {"a": "end", "b": "again"},
    }
    assert steps["end"] == {"type": "end", "line": 47, "next": [], "decorators": []}


def test_an_inherited_step_is_shown_where_it_stands(root: Path) -> None:
    write(root, "base.py", SMALL.format(name="BaseFlow"))
    write(root, "own.py", "from base import BaseFlow\n\n\nclass OwnFlow(BaseFlow):\n    pass\n")
    document = json.loads(mflint("flows", "--output-format=json", "own.py", cwd=root).out)
    (flow,) = document["flows"]
    assert (flow["class"], flow["line"]) == ("OwnFlow", 4)
    assert [(s["name"], s["file"], s["line"]) for s in flow["steps"]] == [
        ("start", "base.py", 9),
        ("end", "base.py", 13),
    ]


def test_a_folder_without_flows_is_said_to_have_none(root: Path) -> None:
    write(root, "a.py")
    outcome = mflint("flows", cwd=root)
    assert (outcome.code, outcome.out, outcome.err) == (0, "No flows found in 1 file.\n", "")
    assert json.loads(mflint("flows", "--output-format=json", cwd=root).out)["flows"] == []


def test_what_cannot_be_read_is_named_and_the_rest_is_listed(root: Path) -> None:
    write(root, "broken.py", "from metaflow import FlowSpec\nclass A(FlowSpec:\n    pass\n")
    write(root, "named.py", SMALL.format(name="NamedFlow"))
    outcome = mflint("flows", ".", "gone.py", cwd=root)
    assert outcome.code == 3
    assert [line.split()[1] for line in outcome.out.splitlines()] == ["FLOW", "NamedFlow"]
    first, second = outcome.err.splitlines()
    assert first.startswith("mflint: error: broken.py:2:")
    assert second == "mflint: error: gone.py: No such file or directory"


def packaged(name: str, flow: str, step: str) -> str:
    text = SMALL.format(name=name).replace(
        "import FlowSpec", "import FlowSpec, conda, conda_base, pypi, pypi_base"
    )
    return text.replace("@project(name=NAME)", flow).replace(
        "@step\n        def start", f"{step}\n        @step\n        def start"
    )


def test_requirements_follow_metaflows_rule_for_versions(root: Path) -> None:
    packages = (
        '{"pandas": "2.2.3", "numpy": ">=1.26,<3", "tqdm": "", "a.b": "@ https://x.org/a.whl", "z": "~=1.0"}'
    )
    write(
        root,
        "a.py",
        packaged("AFlow", '@pypi_base(packages={"six": "!=1.0"})', f"@pypi(packages={packages})"),
    )
    outcome = mflint("flows", "--requirements", cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        "a.b @ https://x.org/a.whl  # via AFlow.start @pypi\n"
        "numpy>=1.26,<3  # via AFlow.start @pypi\n"
        "pandas==2.2.3  # via AFlow.start @pypi\n"
        "six!=1.0  # via AFlow @pypi_base\n"
        "tqdm  # via AFlow.start @pypi\n"
        "z~=1.0  # via AFlow.start @pypi\n"
    )


def test_requirements_are_merged_where_they_agree(root: Path) -> None:
    write(
        root,
        "a.py",
        packaged("AFlow", '@conda_base(packages={"conda-forge::Scikit_Learn": "1.5"})', "@retry"),
    )
    write(
        root,
        "b.py",
        packaged(
            "BFlow", '@pypi_base(packages={"scikit-learn": ""})', '@pypi(packages={"scikit.learn": "1.5"})'
        ),
    )
    outcome = mflint("flows", "--requirements", cwd=root)
    assert outcome.out == "Scikit_Learn==1.5  # via AFlow @conda_base, BFlow @pypi_base, BFlow.start @pypi\n"


def test_packages_without_a_version_are_merged_however_they_are_spelt(root: Path) -> None:
    write(root, "a.py", packaged("AFlow", '@pypi_base(packages={"a_b": ""})', '@pypi(packages={"a.b": ""})'))
    assert (
        mflint("flows", "--requirements", cwd=root).out == "a_b  # via AFlow @pypi_base, AFlow.start @pypi\n"
    )


def test_different_versions_of_a_package_are_left_out_and_named(root: Path) -> None:
    write(
        root,
        "a.py",
        packaged("AFlow", '@pypi_base(packages={"pandas": "1.5"})', '@conda(packages={"pandas": "2.2"})'),
    )
    outcome = mflint("flows", "--requirements", cwd=root)
    assert outcome.code == 0
    assert outcome.out == (
        "# pandas is declared with different versions:\n"
        "#   pandas==1.5  # via AFlow @pypi_base\n"
        "#   pandas==2.2  # via AFlow.start @conda\n"
    )
    versions = "(pandas==1.5, pandas==2.2)"
    assert outcome.err == (
        f"mflint: warning: `pandas` is declared with different versions {versions} and left out\n"
    )


def test_packages_that_are_computed_are_named(root: Path) -> None:
    write(root, "a.py", packaged("AFlow", "@pypi_base(packages=NAME)", "@retry"))
    outcome = mflint("flows", "--requirements", cwd=root)
    assert outcome.out == "# unknown: the packages of AFlow @pypi_base are computed\n"


def test_flows_without_packages_require_nothing(root: Path) -> None:
    write(root, "a.py", SMALL.format(name="AFlow"))
    assert mflint("flows", "--requirements", cwd=root).out == "# no flow declares packages\n"
