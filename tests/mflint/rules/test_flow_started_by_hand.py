from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check
from tests.mflint.rules.elsewhere import flow

IMPORTS = (
    "import os, shlex, subprocess as sp, sys; from metaflow import FlowSpec, step; from subprocess import run"
)
OTHERS = {
    "train.py": flow("pass"),
    "flows/score.py": flow("pass"),
    "tool.py": "print('no flow')\n",
    "broken.py": "from metaflow import FlowSpec\nclass F(FlowSpec:\n",
}


def found(root: Path, body: str) -> list[tuple[int, int, str]]:
    return check(root, {**OTHERS, "flow.py": flow(body, imports=IMPORTS)}, "MF704")


@pytest.mark.parametrize(
    ("body", "column", "verb"),
    [
        pytest.param("run([sys.executable, 'train.py', 'run'])", 9, "runs", id="a list"),
        pytest.param("run(('python', 'flows/score.py', 'run'))", 9, "runs", id="a file in a folder"),
        pytest.param("run(args=['python', './train.py', 'resume'])", 9, "resumes", id="a resume"),
        pytest.param("os.system('python train.py run')", 9, "runs", id="os.system"),
        pytest.param("os.system(f'{sys.executable} train.py run --a {self.a}')", 9, "runs", id="an f-string"),
        pytest.param("os.system('python train.py --quiet --datastore s3 run')", 9, "runs", id="a flag first"),
        pytest.param("os.popen('python train.py run --a %s' % self.a)", 9, "runs", id="a template"),
        pytest.param("os.popen('python train.py run --a {}'.format(self.a))", 9, "runs", id="str.format"),
        pytest.param("os.system('python train.py ' + 'run --a ' + self.a)", 9, "runs", id="a sum"),
        pytest.param("sp.Popen(shlex.split('python train.py run'))", 9, "runs", id="shlex.split"),
        pytest.param("sp.check_call('python train.py run'.split())", 9, "runs", id="str.split"),
        pytest.param("x = sp.check_output(['python', __file__, 'run'])", 13, "runs", id="the file itself"),
        pytest.param("run(['python', '-m', 'flows.score', 'run'])", 9, "runs", id="a module"),
        pytest.param(
            "run(['python', 'train.py', '--environment=conda', 'run'])", 9, "runs", id="options first"
        ),
        pytest.param(
            "os.system('cd flows && python flows/score.py run; rm x')", 9, "runs", id="several commands"
        ),
        pytest.param("run(['python', 'train.py'] + ['run'] + self.more)", 9, "runs", id="lists together"),
        pytest.param(
            "run(['python', self.path + '.py', 'run', '--no-pylint'])", 9, "runs", id="an own option"
        ),
        pytest.param(
            "os.system('python /srv/x.py argo-workflows create')", 9, "deploys or triggers", id="a deployment"
        ),
        pytest.param(
            "os.system('python x.py --production step-functions trigger')",
            9,
            "deploys or triggers",
            id="a trigger",
        ),
    ],
)
def test_a_command_that_starts_a_flow_is_found(tmp_path: Path, body: str, column: int, verb: str) -> None:
    assert found(tmp_path, body) == [(5, column, f"the step {verb} a flow through the shell")]


def test_a_command_in_a_variable_is_found(tmp_path: Path) -> None:
    body = "command = ['python', 'train.py', 'run']\nrun(command, check=True)"
    assert found(tmp_path, body) == [(6, 9, "the step runs a flow through the shell")]


def test_a_method_that_a_step_calls_belongs_to_the_step(tmp_path: Path) -> None:
    code = flow("self.go()", imports=IMPORTS) + "    def go(self): os.system('python flow.py run')\n"
    files = {"flow.py": code}
    assert check(tmp_path, files, "MF704") == [(9, 19, "the step runs a flow through the shell")]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("run(['python', 'tool.py', 'run'])", id="a file without a flow"),
        pytest.param("run(['python', 'manage.py', 'run'])", id="a file that is not there"),
        pytest.param("os.system(f'python {self.folder}/train.py run')", id="a folder that is not known"),
        pytest.param("run(['python', 'train.py', 'show'])", id="a command that runs nothing"),
        pytest.param("run(['python', 'train.py'])", id="no command"),
        pytest.param("run(['python', 'train.py', '--tag', 'run', 'show'])", id="a tag called run"),
        pytest.param("run(['python', 'train.py', 'logs', 'run'])", id="an argument called run"),
        pytest.param("run(['python', 'broken.py', 'run'])", id="a file that cannot be parsed"),
        pytest.param("run(['python', '-m', 'pytest', 'run'])", id="a module from outside"),
        pytest.param("run(['python', '-m'])", id="a module without a name"),
        pytest.param("run(['cat', 'train.py'])", id="a file that is read"),
        pytest.param("os.system('cat train.py; docker run x')", id="a run that is another command's"),
        pytest.param("os.system('cat train.py && docker run x')", id="a run behind and"),
        pytest.param("os.system('docker run x')", id="another tool"),
        pytest.param("run(['python', self.script, 'run'])", id="a computed script"),
        pytest.param("run(self.command)", id="a computed command"),
        pytest.param("run()", id="nothing"),
        pytest.param("run = self.run\nrun(['python', 'train.py', 'run'])", id="another run"),
        pytest.param("self.run(['python', 'train.py', 'run'])", id="a method called run"),
        pytest.param("print(['python', 'train.py', 'run'])", id="a print"),
    ],
)
def test_what_may_be_no_flow_is_left_alone(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body) == []


def test_outside_of_steps_nothing_is_said(tmp_path: Path) -> None:
    above = "def deploy(): os.system('python flow.py argo-workflows create')\n"
    assert check(tmp_path, {"flow.py": flow("pass", imports=IMPORTS, above=above)}, "MF704") == []
