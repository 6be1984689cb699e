"""What rules say fails does fail in Metaflow, and without the fault the flow runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.rules.declaration.invalid_parameter_name import RESERVED
from mflint.rules.declaration.project_attribute_without_project import ATTRIBUTES
from mflint.settings import Settings

pytestmark = pytest.mark.slow

FLOW = """
from metaflow import Config, FlowSpec, Parameter, current, project, step

{decorator}
class SmallFlow(FlowSpec):
    {first}
    {second}

    @step
    def start(self):
        print("values", getattr(self, "a", None), getattr(self, "b", None))
        self.next(self.end)

    @step
    def end(self):
        print("the end is reached")


{guard}
    SmallFlow()
"""
GUARD = 'if __name__ == "__main__":'


def flow(decorator: str = "", first: str = "", second: str = "pass") -> str:
    return FLOW.format(decorator=decorator, first=first, second=second, guard=GUARD)


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METAFLOW_")}
    return subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=cwd,
        env={**kept, "HOME": str(cwd), "METAFLOW_USER": "tester", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def codes(root: Path) -> list[str]:
    return [
        f.code
        for f in check_paths([root], Settings(root, select=("MF110", "MF210", "MF211", "MF212"))).findings
    ]


@pytest.mark.parametrize(
    ("bad", "good", "code", "message"),
    [
        pytest.param(
            flow("@project(name='churn-model')"),
            flow("@project(name='churn_model')"),
            "MF210",
            "The @project name must contain only",
            id="a project name with a hyphen",
        ),
        pytest.param(
            flow(f"@project(name='{'a' * 129}')"),
            flow(f"@project(name='{'a' * 128}')"),
            "MF210",
            "The @project name must be shorter than",
            id="a project name that is too long",
        ),
        pytest.param(
            flow("@project"),
            flow("@project(name='2')"),
            "MF210",
            "@project needs a name",
            id="a project without name",
        ),
        pytest.param(
            flow("@project(name=5)"),
            flow("@project(name='5')"),
            "MF210",
            "expected string",
            id="a number for a project name",
        ),
        pytest.param(
            flow(first="a = Parameter('x', default=1)", second="b = Parameter('X', default=2)"),
            flow(first="a = Parameter('x', default=1)", second="b = Config('X', default_value='{}')"),
            "MF211",
            "Parameter X is specified twice",
            id="two parameters of one name",
        ),
        pytest.param(
            flow(first="a = b = Parameter('x', default=1)"),
            flow(first="a = Parameter('x', default=1)", second="b = 1"),
            "MF211",
            "Parameter x is specified twice",
            id="one parameter under two attributes",
        ),
        pytest.param(
            flow(first="a = Parameter('tag', default=1)"),
            flow(first="a = Parameter('Tag', default=1)"),
            "MF211",
            "Parameter name 'tag' is a reserved word",
            id="a reserved parameter name",
        ),
        pytest.param(
            flow(first="a = Config('tag', default_value='{}')"),
            flow(first="name = Parameter('tag', default=1)"),
            "MF211",
            "Parameter name 'tag' is a reserved word",
            id="a reserved name of a Config",
        ),
        pytest.param(
            flow().replace('"the end', 'current.branch_name, "the end'),
            flow("@project(name='churn')").replace('"the end', 'current.branch_name, "the end'),
            "MF212",
            "'Current' object has no attribute 'branch_name'",
            id="an attribute of the project in a step",
        ),
        pytest.param(
            flow(first="a = Parameter('a', type=bool, default=lambda _: not current.is_production)"),
            flow(
                "@project(name='churn')",
                first="a = Parameter('a', type=bool, default=lambda _: not current.is_production)",
            ),
            "MF212",
            "'Current' object has no attribute 'is_production'",
            id="an attribute of the project in the default of a parameter",
        ),
    ],
)
def test_what_a_rule_finds_fails_in_metaflow_and_the_flow_runs_without_it(
    tmp_path: Path, bad: str, good: str, code: str, message: str
) -> None:
    path = tmp_path / "small.py"
    path.write_text(bad)
    failed = run("small.py", "run", cwd=tmp_path)
    assert failed.returncode != 0
    assert message in failed.stdout + failed.stderr
    assert codes(tmp_path) == [code]
    path.write_text(good)
    done = run("small.py", "run", cwd=tmp_path)
    assert "the end is reached" in done.stdout, done.stderr
    assert codes(tmp_path) == []


def test_names_that_differ_in_hyphen_and_underscore_give_both_parameters_one_value(tmp_path: Path) -> None:
    code = flow(first="a = Parameter('x-y', default=1)", second="b = Parameter('x_y', default=2)")
    (tmp_path / "small.py").write_text(code)
    done = run("small.py", "run", "--x-y", "5", cwd=tmp_path)
    assert "values 5 5" in done.stdout, done.stderr
    assert codes(tmp_path) == ["MF211"]


def attributes_of_current(root: Path, decorator: str) -> set[str]:
    code = flow(decorator).replace('"the end', '"seen", *dir(current), "the end')
    (root / "small.py").write_text(code)
    done = run("small.py", "run", cwd=root)
    (line,) = (line for line in done.stdout.splitlines() if "the end is reached" in line)
    return set(line.partition("seen ")[2].split(" the end")[0].split())


def test_project_adds_just_these_attributes_to_current(tmp_path: Path) -> None:
    plain = attributes_of_current(tmp_path, "")
    assert attributes_of_current(tmp_path, "@project(name='churn')") - plain == ATTRIBUTES


REFUSED = """
import json, sys
from metaflow import Parameter
from metaflow.cli_components.run_cmds import resume, run
from metaflow.exception import MetaflowException

def is_refused(name):
    try:
        Parameter(name, default="a").init()
    except MetaflowException as error:
        return "is a reserved word" in str(error)
    return False

options = {o.lstrip("-") for command in (run, resume) for p in command.params for o in (*p.opts, p.name)}
print(json.dumps([name for name in sorted({*options, *sys.argv[1:]}) if is_refused(name)]))
"""


def test_metaflow_reserves_just_these_parameter_names(tmp_path: Path) -> None:
    done = run("-c", REFUSED, *RESERVED, "help", "name", "datastore", "branch", cwd=tmp_path)
    assert json.loads(done.stdout) == sorted(RESERVED), done.stderr


@pytest.mark.parametrize(
    "option", ["run-id-file", "runner-attribute-file", "tag", "max-workers", "with", "namespace"]
)
def test_an_option_of_the_run_command_is_no_parameter_name(tmp_path: Path, option: str) -> None:
    (tmp_path / "small.py").write_text(flow(first=f"a = Parameter('{option}', default='b')"))
    failed = run("small.py", "run", f"--{option}", "c", cwd=tmp_path)
    assert failed.returncode != 0
    assert f"Parameter name '{option}' is a reserved word" in failed.stdout + failed.stderr


@pytest.mark.parametrize(("started_at_import", "seen"), [(True, False), (False, True)])
def test_a_file_whose_flow_starts_at_import_cannot_be_imported(
    tmp_path: Path, started_at_import: bool, seen: bool
) -> None:
    guarded = flow()
    code = guarded.replace(f"{GUARD}\n    ", "") if started_at_import else guarded
    (tmp_path / "small.py").write_text(code)
    done = run("-c", "import small; print('imported')", cwd=tmp_path)
    assert ("imported" in done.stdout) is seen
    assert codes(tmp_path) == ([] if seen else ["MF110"])
