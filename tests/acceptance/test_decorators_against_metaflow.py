"""What MF707 says of decorators is what Metaflow says of them when a flow is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mflint.analysis.decorators.conflicts import MAX_RETRIES
from mflint.engine import check_paths
from mflint.settings import Settings

pytestmark = pytest.mark.slow

FLOW = """
from metaflow import *

{of_flow}
class SmallFlow(FlowSpec):
    x = "a"
    xs = [1]

    {of_step}
    @step
    def start(self):
        {tail}

    {of_a}
    @step
    def a(self):
        {of_a_tail}

    @step
    def b(self):
        self.next(self.end)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        print("the end is reached")


if __name__ == "__main__":
    SmallFlow()
"""
SWITCH = "self.next({'a': self.a, 'b': self.b}, condition='x')"
FOREACH = "self.next(self.a, foreach='xs')"


def flow(of_step: str = "", *, of_flow: str = "", kind: str = "switch", of_a: str = "") -> str:
    """A switch, or a foreach over step `a` and a join; without the steps that it does not need."""
    code = FLOW.format(
        of_flow=of_flow,
        of_step=of_step,
        of_a=of_a,
        tail=SWITCH if kind == "switch" else FOREACH,
        of_a_tail="self.next(self.end)" if kind == "switch" else "self.next(self.join)",
    )
    unneeded = "def join(self, inputs)" if kind == "switch" else "def b(self)"
    blocks = [block for block in code.split("\n\n") if unneeded not in block]
    return "\n\n".join(blocks)


def run(code: str, root: Path, *arguments: str, **environment: str) -> str:
    """What Metaflow says when the flow is run with `arguments`."""
    (root / "small.py").write_text(code)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METAFLOW_")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "small.py", "--no-pylint", *arguments],
        cwd=root,
        env={
            **kept,
            "HOME": str(root),
            "METAFLOW_USER": "tester",
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    return done.stdout + done.stderr


def codes(root: Path) -> list[str]:
    return [f.code for f in check_paths([root], Settings(root, select=("MF707",))).findings]


@pytest.mark.parametrize(
    ("bad", "good", "message"),
    [
        pytest.param(
            flow("@timeout"),
            flow("@timeout(seconds=50)"),
            "Specify a duration for @timeout",
            id="a timeout without a duration",
        ),
        pytest.param(
            flow(f"@retry(times={MAX_RETRIES + 1})"),
            flow(f"@retry(times={MAX_RETRIES})"),
            f"The maximum number of retries is @retry(times={MAX_RETRIES})",
            id="too many retries",
        ),
        pytest.param(
            flow("@catch", kind="foreach"),
            flow(of_a="@catch", kind="foreach"),
            "@catch is not supported in foreach split steps",
            id="catch on a foreach",
        ),
        pytest.param(
            flow("@catch"),
            flow(of_a="@catch"),
            "@catch is not supported in conditional switch steps",
            id="catch on a switch",
        ),
        pytest.param(
            flow(of_flow="@trigger"),
            flow(of_flow="@trigger(event='a')"),
            "No event(s) specified in @trigger decorator",
            id="a trigger without an event",
        ),
        pytest.param(
            flow(of_flow="@trigger(event='a', events=['b'])"),
            flow(of_flow="@trigger(events=['a', 'b'])"),
            "Specify only one of event or events",
            id="a trigger with both",
        ),
        pytest.param(
            flow(of_flow="@trigger_on_finish"),
            flow(of_flow="@trigger_on_finish(flow='A')"),
            "No flow(s) specified in @trigger_on_finish decorator",
            id="a trigger without a flow",
        ),
        pytest.param(
            flow(of_flow="@trigger_on_finish(flow='A', flows=['B'])"),
            flow(of_flow="@trigger_on_finish(flows=['A', 'B'])"),
            "Specify only one of flow or flows",
            id="a trigger with one flow and many",
        ),
        pytest.param(
            flow(of_flow="@exit_hook"),
            flow(of_flow="@exit_hook(on_error=[print])"),
            "Choose at least one of the options on_success/on_error",
            id="an exit hook without a function",
        ),
    ],
)
def test_what_the_rule_finds_fails_and_the_flow_runs_without_it(
    tmp_path: Path, bad: str, good: str, message: str
) -> None:
    assert message in run(bad, tmp_path, "run")
    assert codes(tmp_path) == ["MF707"]
    assert "the end is reached" in run(good, tmp_path, "run")
    assert codes(tmp_path) == []


S3 = {"METAFLOW_DATASTORE_SYSROOT_S3": "s3://nowhere/at/all", "METAFLOW_DEFAULT_METADATA": "local"}


@pytest.mark.parametrize(
    ("decorators", "message"),
    [
        ("@kubernetes\n    @batch", "marked for execution both on AWS Batch and Kubernetes"),
        ("@batch(inferentia=1, trainium=1)", "inferentia"),
        ("@batch\n    @timeout(seconds=59)", "at least 60 seconds for execution on AWS Batch"),
        ("@kubernetes\n    @timeout(seconds=59)", "at least 60 seconds for execution on Kubernetes"),
    ],
)
def test_what_only_a_remote_datastore_lets_metaflow_see_is_found(
    tmp_path: Path, decorators: str, message: str
) -> None:
    shown = run(flow(decorators), tmp_path, "--datastore=s3", "run", **S3)
    assert message in " ".join(shown.split())
    assert "MF707" in codes(tmp_path)


def test_catch_and_parallel_are_refused_on_kubernetes(tmp_path: Path) -> None:
    code = flow(kind="foreach", of_a="@kubernetes\n    @parallel\n    @catch")
    code = code.replace(FOREACH, "self.next(self.a, num_parallel=2)")
    shown = run(code, tmp_path, "--datastore=s3", "run", **S3)
    assert "@catch is not supported with @parallel on Kubernetes" in shown
    assert codes(tmp_path) == ["MF707"]


ENVIRONMENT = """
import small
from metaflow.plugins import DATASTORES
from metaflow.plugins.pypi.conda_environment import CondaEnvironment

flow = small.SmallFlow(use_cli=False)
step = next(step for step in flow if step.name == "b")
for decorator in step.decorators:
    decorator.external_init()
environment = CondaEnvironment(flow)
environment.datastore_type = "local"
environment.datastore = next(kind for kind in DATASTORES if kind.TYPE == "local")
environment.logger = print
print("packages:", sorted(environment.get_environment(step)))
"""


@pytest.mark.parametrize(
    ("conda", "codes_found"),
    [("packages={'a': '1'}", ["MF707"]), ("libraries={'a': '1'}", ["MF707"]), ("packages={}", [])],
)
def test_packages_of_pypi_and_conda_do_not_mix(tmp_path: Path, conda: str, codes_found: list[str]) -> None:
    decorators = f"@pypi(python='3.11')\n    @conda({conda})"
    code = flow().replace("    @step\n    def b", f"    {decorators}\n    @step\n    def b")
    (tmp_path / "small.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-c", ENVIRONMENT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ("Mixing and matching" in done.stderr) is bool(codes_found), done.stderr
    assert ("packages:" in done.stdout) is not bool(codes_found), done.stderr
    assert codes(tmp_path) == codes_found
