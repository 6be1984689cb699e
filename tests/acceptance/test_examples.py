"""The example project, copied elsewhere, passes both tools."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mflint.commands import mflint
from tests.pytest_metaflow.projects import Project

EXAMPLES = Path(__file__).parents[2] / "examples"

TASKS = {
    "DemandForecastFlow": "start 1, forecast_station 3, gather 1, end 1",
    "RebalancingFlow": "start 1, count_bikes 1, expect_rides 1, weigh 1, choose_carrier 1, load_truck 1, "
    "end 1",
    "RiderExportFlow": "start 1, pseudonymise 1, summarise 1, end 1",
    "WeeklyReportFlow": "start 1, summarise 1, write 1, end 1",
}
ARTIFACTS = {
    "DemandForecastFlow": {"forecasts", "factors", "mean_error", "horizon", "test_mode"},
    "RebalancingFlow": {"to_move", "carrier", "plan", "truck_from", "test_mode"},
    "RiderExportFlow": {"days", "rides", "riders", "test_mode"},
    "WeeklyReportFlow": {"rides", "weeks", "busiest", "lines", "test_mode"},
}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
    return Path(shutil.copytree(EXAMPLES, tmp_path / "a copy", ignore=ignored))


def test_the_examples_are_clean_under_their_own_strict_profile(copied: Path) -> None:
    done = mflint("check", cwd=copied)
    assert done.out == "All checks passed! (5 flows in 18 files)\n"
    assert done.code == 0
    assert 'profile = "strict"  # pyproject.toml' in mflint("config", cwd=copied).out


def test_the_tests_that_the_team_wrote_pass(copied: Path) -> None:
    outcome = Project(copied).run_plain("-p", "no:cacheprovider", "tests")
    assert set(outcome.outcomes.values()) == {"passed"}
    assert len(outcome.items) == 12


def test_every_example_runs_all_its_steps_and_leaves_its_artifacts(copied: Path) -> None:
    outcome = Project(copied).run("-n2", "flows")
    assert outcome.outcomes == dict.fromkeys(TASKS, "passed")
    tasks = {name: item.properties["metaflow_tasks"] for name, item in outcome.items.items()}
    assert tasks == TASKS
    for name, item in outcome.items.items():
        assert ARTIFACTS[name] <= set(item.properties["metaflow_artifacts"].split(", "))
