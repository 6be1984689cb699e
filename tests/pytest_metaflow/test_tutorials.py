"""The tutorial flows that come with Metaflow: flows that others wrote."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.pytest_metaflow.projects import Project

FLOWS = {
    "00-helloworld/helloworld.py": "HelloFlow",
    "01-playlist/playlist.py": "PlayListFlow",
    "02-statistics/stats.py": "MovieStatsFlow",
    "03-playlist-redux/playlist.py": "PlayListFlow",
    "04-playlist-plus/playlist.py": "PlayListFlow",
    "05-hello-cloud/hello-cloud.py": "HelloCloudFlow",
}


@pytest.fixture
def tutorials(project: Project) -> Project:
    """A project that is a copy of the tutorials."""
    found = find_spec("metaflow")
    assert found is not None
    assert found.submodule_search_locations is not None
    shutil.copytree(Path(found.submodule_search_locations[0]) / "tutorials", project.root, dirs_exist_ok=True)
    return project


def test_every_tutorial_is_collected(tutorials: Project) -> None:
    assert tutorials.run("--collect-only", "-q").collected == [
        f"{file}::{flow}" for file, flow in FLOWS.items()
    ]


def test_without_test_mode_each_tutorial_fails_and_names_the_parameter(tutorials: Project) -> None:
    outcome = tutorials.run("-rf")
    message = '{} has no parameter "test-mode", so a run of it would be a real one'
    assert [line for line in outcome.output.splitlines() if line.startswith("FAILED")] == [
        f"FAILED {file}::{flow} - {message.format(flow)}" for file, flow in FLOWS.items()
    ]


@pytest.mark.slow
def test_all_tutorials_are_green_on_two_workers(tutorials: Project) -> None:
    outcome = tutorials.run("--metaflow-missing-test-mode=run", "-rA", "-n2")
    results = {line for line in outcome.output.splitlines() if line.startswith(("PASSED", "FAILED"))}
    assert results == {f"PASSED {file}::{flow}" for file, flow in FLOWS.items()}
    stats = outcome.items["MovieStatsFlow"].properties["metaflow_run"]
    assert [line for line in outcome.flows_section if "without a test mode" not in line] == [
        f"03-playlist-redux/playlist.py::PlayListFlow: reads {stats}",
        "04-playlist-plus/playlist.py::PlayListFlow: made local: @conda_base, @conda (bonus_movie)",
        f"04-playlist-plus/playlist.py::PlayListFlow: reads {stats}",
        (
            "04-playlist-plus/playlist.py::PlayListFlow: other package versions: "
            f"editdistance {version('editdistance')} instead of 0.5.3"
        ),
        "05-hello-cloud/hello-cloud.py::HelloCloudFlow: made local: @retry (hello), @kubernetes (hello)",
    ]
