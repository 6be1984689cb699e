"""Flows do the same before and after their imports have been moved, as Metaflow's own Client sees it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.mflint import spoiled
from tests.mflint.commands import mflint

EXAMPLES = Path(__file__).parents[2] / "examples"
METAFLOW = find_spec("metaflow")
assert METAFLOW is not None
assert METAFLOW.origin is not None
TUTORIALS = Path(METAFLOW.origin).parent / "tutorials"

RUNS = {
    "tutorials": (
        ("01-playlist/playlist.py", "PlayListFlow"),
        ("02-statistics/stats.py", "MovieStatsFlow"),
        ("03-playlist-redux/playlist.py", "PlayListFlow"),
    ),
    "examples": (
        ("flows/demand_forecast.py", "DemandForecastFlow"),
        ("flows/rebalancing.py", "RebalancingFlow"),
        ("flows/weekly_report.py", "WeeklyReportFlow"),
    ),
}
SETTINGS = 'select = ["MF102", "MF103"]\n[rules.module-import-used-in-step]\nstdlib = true\n'

ARTIFACTS = """
import json, sys
from metaflow import Flow, namespace
namespace(None)
run = Flow(sys.argv[1]).latest_run
assert run.successful
tasks = {
    f"{step.id} {task.index}": {a.id: repr(a.data) for a in task if a.id != "began"}
    for step in run for task in step
}
print(json.dumps(tasks))
"""


def python(folder: Path, *arguments: str) -> str:
    """What a Python with a local store of its own prints; random numbers are the same in every process."""
    seed = folder / "seed"
    seed.mkdir(exist_ok=True)
    (seed / "sitecustomize.py").write_text("import random\nrandom.seed(7)\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METAFLOW")}
    environment = {
        **kept,
        "PYTHONPATH": str(seed),
        "PYTHONHASHSEED": "0",
        "METAFLOW_HOME": str(folder / "home"),
        "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(folder / "store"),
        "METAFLOW_DEFAULT_METADATA": "local",
        "METAFLOW_CLIENT_CACHE_PATH": str(folder / "cache"),
        "METAFLOW_USER": "me",
    }
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def artifacts(folder: Path, file: str, flow: str) -> dict[str, dict[str, str]]:
    """What a run of the flow leaves: the artifacts of every task."""
    python(folder, file, "--no-pylint", "run")
    left: dict[str, dict[str, str]] = json.loads(python(folder, "-c", ARTIFACTS, flow))
    assert " at 0x" not in str(left)
    return left


@pytest.mark.slow
@pytest.mark.parametrize(
    "way",
    [
        pytest.param(spoiled.with_imports_at_the_top, id="from the module into the steps"),
        pytest.param(spoiled.with_imports_below, id="up in the steps"),
    ],
)
@pytest.mark.parametrize(
    "source", [pytest.param(TUTORIALS, id="tutorials"), pytest.param(EXAMPLES, id="examples")]
)
def test_flows_leave_the_same_artifacts_when_imports_have_moved(
    tmp_path: Path, source: Path, way: Callable[[str], str]
) -> None:
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache", "pyproject.toml", ".metaflow")
    before = Path(shutil.copytree(source, tmp_path / "before", ignore=ignored))
    for file, _ in RUNS[source.name]:
        (before / file).write_text(way((before / file).read_text()))
    after = Path(shutil.copytree(before, tmp_path / "after"))
    (after / "mflint.toml").write_text(SETTINGS)
    done = mflint("check", "--fix", cwd=after)
    assert done.code == 0, done.out
    for file, flow in RUNS[source.name]:
        assert (before / file).read_text() != (after / file).read_text()
        assert artifacts(before, file, flow) == artifacts(after, file, flow)
