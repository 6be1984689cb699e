"""Flows do the same before and after their imports have been moved, as Metaflow's own Client sees it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.acceptance.local_runs import Artifacts, artifacts, run
from tests.mflint import spoiled
from tests.mflint.commands import mflint

EXAMPLES = Path(__file__).parents[2] / "examples"
METAFLOW = find_spec("metaflow")
assert METAFLOW is not None
assert METAFLOW.origin is not None
TUTORIALS = Path(METAFLOW.origin).parent / "tutorials"

RUNS = {
    "tutorials": (
        "01-playlist/playlist.py",
        "02-statistics/stats.py",
        "03-playlist-redux/playlist.py",
    ),
    "examples": (
        "flows/demand_forecast.py",
        "flows/rebalancing.py",
        "flows/weekly_report.py",
    ),
}
SETTINGS = 'select = ["MF102", "MF103"]\n[rules.module-import-used-in-step]\nstdlib = true\n'


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
    for file in RUNS[source.name]:
        (before / file).write_text(way((before / file).read_text()))
    after = Path(shutil.copytree(before, tmp_path / "after"))
    (after / "mflint.toml").write_text(SETTINGS)
    done = mflint("check", "--fix", cwd=after)
    assert done.code == 0, done.out
    for file in RUNS[source.name]:
        assert (before / file).read_text() != (after / file).read_text()
        run(before, file)
        run(after, file)
    assert left(before) == left(after)


def left(folder: Path) -> list[Artifacts]:
    """The artifacts of all tasks but one that spoiling adds."""
    runs = artifacts(folder)
    assert len(runs) == 3
    tasks = (task for one in runs for task in one.values())
    for task in tasks:
        task.pop("began", None)
    return runs
