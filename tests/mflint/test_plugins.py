from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mflint.commands import mflint, write

FLOW = """
    from metaflow import FlowSpec, project, step

    @project(name="churn")
    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    """
RULE = '''
    from mflint.diagnostics import Place, Violation
    from mflint.model import Flow
    from mflint.rules import Profile, rule

    @rule("ACME001", Profile.RECOMMENDED)
    def train_flow(flow: Flow, *, allowed: str = "none"):
        """A flow is called TrainFlow."""
        if flow.name == "TrainFlow" != allowed:
            yield Violation(Place(flow.file.path, flow.definition.name_node), "called TrainFlow")
    '''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one flow and one rule of its own, the only one that is selected."""
    write(tmp_path, "flow.py", FLOW)
    write(tmp_path, "acme_rules.py", RULE)
    write(tmp_path, "mflint.toml", 'plugins = ["acme_rules"]\nselect = ["ACME"]\n')
    return tmp_path


def found(root: Path, *arguments: str) -> list[tuple[str, str, str]]:
    done = mflint("check", "--output-format", "json", *arguments, cwd=root)
    assert done.err == ""
    return [(f["code"], f["name"], f["severity"]) for f in json.loads(done.out)["findings"]]


def test_a_rule_of_a_plugin_finds_what_it_finds_under_its_own_code_and_name(root: Path) -> None:
    assert found(root) == [("ACME001", "train-flow", "warning")]


def test_a_rule_of_a_plugin_is_part_of_its_profile_without_being_selected(root: Path) -> None:
    write(root, "mflint.toml", 'plugins = ["acme_rules"]\nignore = ["MF"]\n')
    assert found(root) == [("ACME001", "train-flow", "warning")]


def test_a_plugin_that_no_setting_names_is_not_run(root: Path) -> None:
    write(root, "mflint.toml", 'ignore = ["MF"]\n')
    assert found(root) == []


def test_options_severity_and_suppressions_work_as_for_any_other_rule(root: Path) -> None:
    settings = 'plugins = ["acme_rules"]\nselect = ["train-flow"]\n'
    write(root, "mflint.toml", settings + '[severity]\nACME = "error"\n')
    assert found(root) == [("ACME001", "train-flow", "error")]
    write(root, "mflint.toml", settings + '[rules.train-flow]\nallowed = "TrainFlow"\n')
    assert found(root) == []
    write(root, "mflint.toml", settings)
    write(
        root, "flow.py", FLOW.replace("(FlowSpec):", "(FlowSpec):  # mflint: ignore[train-flow] -- historic")
    )
    assert found(root) == []


def test_a_package_brings_the_rules_of_all_its_modules(root: Path) -> None:
    (root / "acme_rules.py").unlink()
    write(root, "acme_rules/__init__.py")
    write(root, "acme_rules/names/flows.py", RULE)
    write(root, "acme_rules/names/__init__.py")
    assert found(root) == [("ACME001", "train-flow", "warning")]


def test_rules_and_explain_know_the_rules_of_plugins(root: Path) -> None:
    assert mflint("rules", cwd=root).out.splitlines()[-1].split()[:3] == [
        "ACME001",
        "train-flow",
        "recommended",
    ]
    assert mflint("explain", "acme001", cwd=root).out.startswith("# ACME001 train-flow\n")


def test_an_entry_point_is_named_like_a_module(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    site = tmp_path_factory.mktemp("site")
    (root / "acme_rules.py").rename(site / "installed_rules.py")
    write(site, "acme-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    write(site, "acme-1.0.dist-info/entry_points.txt", "[mflint.rules]\nacme = installed_rules\n")
    write(root, "mflint.toml", 'plugins = ["acme"]\nselect = ["ACME"]\n')
    checkout = Path(__file__).parents[2]
    done = mflint("check", "--output-format", "concise", cwd=root, PYTHONPATH=f"{checkout}:{site}")
    assert (done.code, done.err) == (1, "")
    assert "flow.py:5:7: ACME001 [train-flow] called TrainFlow" in done.out


@pytest.mark.parametrize(
    ("module", "says"),
    [
        pytest.param(None, "no module `acme_rules`", id="a plugin that does not exist"),
        pytest.param("x = 1\n", "`acme_rules` declares no rule", id="a plugin without a rule"),
        pytest.param("import nowhere\n", "ModuleNotFoundError", id="a plugin that fails on import"),
        pytest.param("def (\n", "SyntaxError", id="a plugin that is not Python"),
        pytest.param(
            RULE.replace("ACME001", "MF201"), "rule MF201 is declared twice", id="a code that mflint has"
        ),
        pytest.param(
            RULE.replace("train_flow", "missing_project"),
            "two rules are called missing-project",
            id="a name that mflint has",
        ),
        pytest.param(
            RULE.replace('"ACME001"', '"acme-1"'), "must be capitals followed by digits", id="an odd code"
        ),
        pytest.param(
            RULE.replace("flow: Flow", "flow"),
            "must annotate its first parameter as one of FlowFile, Flow, Step",
            id="a rule that does not say what it looks at",
        ),
    ],
)
def test_a_broken_plugin_is_an_error_of_the_settings(root: Path, module: str | None, says: str) -> None:
    if module is None:
        (root / "acme_rules.py").unlink()
    else:
        write(root, "acme_rules.py", module)
    write(root, "mflint.toml", 'plugins = ["acme_rules"]\n')
    done = mflint("check", cwd=root)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"mflint: error: {root / 'mflint.toml'}: plugins: ")
    assert says in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param("yield None.x", "AttributeError", id="that raises"),
        pytest.param('yield "text"', "TypeError: it yielded 'text'", id="that yields something else"),
    ],
)
def test_a_rule_is_blamed_by_its_code_and_plugin(root: Path, body: str, says: str) -> None:
    write(root, "acme_rules.py", RULE.split("        if flow.name")[0] + f"        {body}\n")
    done = mflint("check", cwd=root)
    assert done.code == 3
    assert "rule ACME001 [train-flow] failed: " in done.out
    assert says in done.out
    assert "this is a bug in the plugin acme_rules" in done.out


def test_each_project_of_a_run_has_its_own_plugins(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path, f"{name}/flow.py", FLOW)
        write(tmp_path, f"{name}/mflint.toml", 'ignore = ["MF"]\n')
    write(tmp_path, "one/acme_rules.py", RULE)
    write(tmp_path, "one/mflint.toml", 'plugins = ["acme_rules"]\nignore = ["MF"]\n')
    done = mflint("check", "--output-format", "json", cwd=tmp_path)
    paths = [f["path"] for f in json.loads(done.out)["findings"]]
    assert paths == ["one/flow.py"]


def test_two_plugins_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path, f"{name}/flow.py", FLOW)
        write(tmp_path, f"{name}/acme_rules.py", RULE)
        write(tmp_path, f"{name}/mflint.toml", 'plugins = ["acme_rules"]\n')
    done = mflint("check", cwd=tmp_path)
    assert done.code == 2
    assert "`acme_rules` is also the name of" in done.err
