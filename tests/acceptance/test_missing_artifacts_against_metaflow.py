"""What MF6 finds does fail when Metaflow runs it, and the good twin of each flow runs to its end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.acceptance.test_metaflow_graph import EXAMPLES, TUTORIALS
from tests.mflint.rules.dataflow.small_flows import flow

pytestmark = pytest.mark.slow

GUARD = '\nif __name__ == "__main__":\n    TheFlow()\n'
SPLIT = "self.next(self.a, self.b)"
JOIN = "self.next(self.the_join)"


def run(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    (cwd / "flow.py").write_text(code + GUARD)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METAFLOW_")}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "flow.py", "--quiet", "--no-pylint", "run"],
        cwd=cwd,
        env={**kept, "HOME": str(cwd), "METAFLOW_USER": "tester", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def codes(root: Path) -> list[str]:
    return [f.code for f in check_paths([root / "flow.py"], Settings(root, select=("MF6",))).findings]


def split(*, start: str = "", a: str = "", b: str = "", join: str = "", end: str = "") -> str:
    return flow(start=f"{start}\n{SPLIT}", a=f"{a}\n{JOIN}", b=f"{b}\n{JOIN}", the_join=join, end=end)


def switched(*, a: str = "", b: str = "", end: str = "") -> str:
    switch = 'self.next({"a": self.a, "b": self.b}, condition="kind")'
    return flow(start=switch, a=f"{a}\nself.next(self.end)", b=f"{b}\nself.next(self.end)", end=end)


@pytest.mark.parametrize(
    ("bad", "good", "code", "message"),
    [
        pytest.param(
            flow(start="self.rows = 1\nprint(self.row)"),
            flow(start="self.rows = 1\nprint(self.rows)"),
            "MF601",
            "has no attribute 'row'",
            id="an artifact that nothing assigns",
        ),
        pytest.param(
            flow(start="self.x = 1\ndel self.x\nprint(self.x)"),
            flow(start="self.x = 1", end="print(self.x)\ndel self.x\nprint(self.x)"),
            "MF601",
            "has no attribute 'x'",
            id="an artifact that its own step deletes",
        ),
        pytest.param(
            flow(start='self.next({"a": self.end, "b": self.b}, condition="k")', b="", end=""),
            flow(start='self.next({"a": self.end, "b": self.b}, condition="kind")', b="", end=""),
            "MF601",
            "Condition variable self.k in step start does not exist",
            id="the condition of a switch",
        ),
        pytest.param(
            switched(b="self.x = 1", end="print(self.x)"),
            switched(a="self.x = 1", end="if self.kind == 'a': print(self.x)"),
            "MF602",
            "has no attribute 'x'",
            id="one case of a switch",
        ),
        pytest.param(
            split(a="self.x = 1", join="print([i.x for i in inputs])"),
            split(a="self.x = 1", b="self.x = 1", join="print([i.x for i in inputs], inputs[0].kind)"),
            "MF602",
            "has no attribute 'x'",
            id="an artifact that one of the inputs lacks",
        ),
        pytest.param(
            split(start="self.x = 1", join="print(self.x)"),
            split(
                start="self.x = 1",
                join="self.merge_artifacts(inputs)\nprint(self.x, self.kind)",
                end="print(self.x)",
            ),
            "MF603",
            "has no attribute 'x'",
            id="an artifact before it is merged",
        ),
        pytest.param(
            split(start="self.x = 1", end="print(self.x)"),
            split(a="self.x = 1", join="self.merge_artifacts(inputs)", end="print(self.x, self.LIMIT)"),
            "MF603",
            "has no attribute 'x'",
            id="an artifact that a join did not take over",
        ),
        pytest.param(
            flow(start="self.merge_artifacts([])"),
            flow(start="self.x = 1"),
            "MF609",
            "merge_artifacts can only be called in a join",
            id="a merge outside a join",
        ),
        pytest.param(
            split(
                start="self.x = self.y = 1", join="self.merge_artifacts(inputs, include=['x'], exclude=['y'])"
            ),
            split(
                start="self.x = self.y = 1", join="self.merge_artifacts(inputs, include=['x'], exclude=[])"
            ),
            "MF609",
            "mutually exclusive",
            id="include and exclude",
        ),
        pytest.param(
            split(start="self.x = 1", join="self.merge_artifacts(inputs, include=['x', 'y'])"),
            split(
                a="self.x = 1", join="self.y = 1\nself.merge_artifacts(inputs, include=['x', 'y', 'kind'])"
            ),
            "MF609",
            "[y] are not present",
            id="an included artifact that no branch has",
        ),
        pytest.param(
            split(join="print(inputs.start)"),
            split(join="print(inputs.a.kind, inputs.b.index, len(inputs.flows))"),
            "MF610",
            "has no attribute 'start'",
            id="an input that is none",
        ),
    ],
)
def test_what_is_found_fails_in_metaflow_and_its_good_twin_runs(
    tmp_path: Path, bad: str, good: str, code: str, message: str
) -> None:
    failed = run(bad, tmp_path)
    assert codes(tmp_path) == [code]
    assert failed.returncode != 0
    assert message in failed.stdout + failed.stderr
    done = run(good, tmp_path)
    assert codes(tmp_path) == []
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_step_with_catch_leaves_what_it_assigned_before_it_failed(tmp_path: Path) -> None:
    code = flow(
        start="@catch(var='error')\n---\nself.x = 1\nraise ValueError",
        end="print(self.x, self.error is not None)",
    )
    done = run(code, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 True" in done.stdout


@pytest.mark.parametrize("folder", [TUTORIALS, EXAMPLES / "flows"], ids=["tutorials", "examples"])
def test_flows_that_run_have_no_finding(folder: Path) -> None:
    report = check_paths([folder], Settings(folder, select=("MF6",)))
    assert report.flows >= 5
    assert [(f.path.name, f.message) for f in report.findings] == []


GIVEN = """
from metaflow import FlowSpec
print(*sorted(name for name in {*dir(FlowSpec), *vars(FlowSpec(use_cli=False))} if not name.startswith("__")))
"""


def test_metaflow_gives_every_flow_no_attribute_that_is_not_known(tmp_path: Path) -> None:
    from mflint.analysis.artifacts.flowspec import GIVEN as KNOWN

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GIVEN],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "METAFLOW_USER": "tester"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    given = set(done.stdout.split())
    assert {name for name in given if not name.startswith("_")} == {n for n in KNOWN if not n.startswith("_")}
    assert given <= KNOWN
