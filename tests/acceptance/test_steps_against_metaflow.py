"""What the rules say of steps that are no plain functions and of files between steps happens in Metaflow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings

pytestmark = pytest.mark.slow

FLOW = """
from pathlib import Path
from metaflow import FlowSpec, step


class SmallFlow(FlowSpec):
    @step
    {definition}
        {work}
        self.next(self.read)

    @step
    def read(self):
        print("found", {read})
        self.next(self.end)

    @step
    def end(self):
        print("the end is reached")


if __name__ == "__main__":
    SmallFlow()
"""


def flow(*, definition: str = "def start(self):", work: str = "self.x = 1", read: str = "self.x") -> str:
    return FLOW.format(definition=definition, work=work, read=read)


def run(root: Path, *arguments: str, home: Path | None = None) -> str:
    """All that a run of the flow in the folder `root` prints; its store lies in the folder `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METAFLOW_")}
    own = {
        "HOME": str(root),
        "METAFLOW_USER": "tester",
        "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(home or root),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "small.py", "--no-pylint", *arguments],
        cwd=root,
        env={**kept, **own},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


def found(root: Path, code: str) -> list[str]:
    return [f.code for f in check_paths([root / "small.py"], Settings(root, select=(code,))).findings]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(flow(definition="async def start(self):"), id="an async step"),
        pytest.param(flow(work="yield 1"), id="a step that is a generator"),
    ],
)
def test_a_step_that_is_no_plain_function_fails_when_it_is_run(tmp_path: Path, bad: str) -> None:
    (tmp_path / "small.py").write_text(bad)
    assert found(tmp_path, "MF523") == ["MF523"]
    output = run(tmp_path, "run")
    assert "found" not in output
    assert "did not finish" in output or "failed" in output
    (tmp_path / "small.py").write_text(flow())
    assert found(tmp_path, "MF523") == []
    assert "the end is reached" in run(tmp_path, "run")


@pytest.mark.parametrize(
    ("work", "read", "codes", "arrives"),
    [
        pytest.param(
            'Path("rides.csv").write_text("7")',
            'Path("rides.csv").read_text()',
            ["MF607"],
            False,
            id="a file",
        ),
        pytest.param('self.rides = "7"', "self.rides", [], True, id="an artifact"),
    ],
)
def test_a_step_that_goes_on_elsewhere_finds_artifacts_and_no_files(
    tmp_path: Path, work: str, read: str, codes: list[str], arrives: bool
) -> None:
    for machine in ("here", "elsewhere"):
        (tmp_path / machine).mkdir()
        (tmp_path / machine / "small.py").write_text(flow(work=work, read=read))
    assert found(tmp_path / "here", "MF607") == codes
    assert "found 7" in run(tmp_path / "here", "run", home=tmp_path)
    origin = (tmp_path / ".metaflow" / "SmallFlow" / "latest_run").read_text()
    output = run(tmp_path / "elsewhere", "resume", "read", "--origin-run-id", origin, home=tmp_path)
    assert ("found 7" in output) is arrives
    assert ("No such file or directory: 'rides.csv'" in output) is not arrives
