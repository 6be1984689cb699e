"""What mflint says of flows that others wrote: the tutorials that Metaflow ships."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.rules import Profile
from mflint.settings import Settings

METAFLOW = find_spec("metaflow")
assert METAFLOW is not None
assert METAFLOW.origin is not None

FLOWS = [
    ("00-helloworld/helloworld.py", 4, "HelloFlow"),
    ("01-playlist/playlist.py", 17, "PlayListFlow"),
    ("02-statistics/stats.py", 17, "MovieStatsFlow"),
    ("03-playlist-redux/playlist.py", 4, "PlayListFlow"),
    ("04-playlist-plus/playlist.py", 19, "PlayListFlow"),
    ("05-hello-cloud/hello-cloud.py", 4, "HelloCloudFlow"),
]
EXPECTED = [
    finding
    for path, line, flow in FLOWS
    for finding in (
        (path, line, 7, "MF201", flow, None, f"`{flow}` has no `@project`"),
        (path, line, 7, "MF203", flow, None, f"`{flow}` has no parameter `test-mode`"),
    )
]


@pytest.fixture
def tutorials(tmp_path: Path) -> Path:
    assert METAFLOW is not None
    assert METAFLOW.origin is not None
    return shutil.copytree(Path(METAFLOW.origin).parent / "tutorials", tmp_path / "tutorials")


NAMESAKES = [
    (path, line, 7, "MF109", flow, None, f"another flow of the project is called `{flow}` too")
    for path, line, flow in FLOWS
    if flow == "PlayListFlow"
]


@pytest.mark.parametrize(
    ("profile", "select", "expected"),
    [
        pytest.param(Profile.RECOMMENDED, (), EXPECTED, id="the recommended profile"),
        pytest.param(Profile.STRICT, (), sorted([*EXPECTED, *NAMESAKES]), id="the strict profile"),
        pytest.param(Profile.RECOMMENDED, ("MF",), sorted([*EXPECTED, *NAMESAKES]), id="all rules selected"),
    ],
)
def test_the_tutorials_lack_a_project_and_a_test_mode_and_names_of_their_own_and_nothing_else(
    tutorials: Path,
    profile: Profile,
    select: tuple[str, ...],
    expected: list[tuple[str, int, int, str, str, None, str]],
) -> None:
    settings = Settings(tutorials, profile=profile, select=select, ignore=("missing-artifact-annotation",))
    report = check_paths([tutorials], settings)
    assert [
        (
            found.path.relative_to(tutorials).as_posix(),
            found.span.start.line,
            found.span.start.column,
            found.code,
            found.flow,
            found.step,
            found.message,
        )
        for found in report.findings
    ] == expected
    assert (report.files, report.flows, report.problems, dict(report.silences)) == (6, 6, (), {})


def test_no_artifact_of_the_tutorials_is_annotated(tutorials: Path) -> None:
    settings = Settings(tutorials, select=("missing-artifact-annotation",))
    found = [finding.message.split("`")[1] for finding in check_paths([tutorials], settings).findings]
    assert len(found) == 19
    assert set(found) == {
        "bonus",
        "dataframe",
        "genre",
        "genre_stats",
        "genres",
        "message",
        "movies",
        "playlist",
        "quartiles",
    }


def test_nothing_in_the_tutorials_is_certain_to_fail(tutorials: Path) -> None:
    assert check_paths([tutorials], Settings(tutorials, profile=Profile.CORRECTNESS)).findings == ()


def test_helpers_needed_while_the_class_is_defined_are_found_where_they_are_forbidden(
    tutorials: Path,
) -> None:
    settings = Settings(
        tutorials,
        select=("MF101",),
        options={"not-only-flow-in-file": {"definition-time-helpers": "forbid"}},
    )
    found = check_paths([tutorials], settings).findings
    assert [(f.path.parent.name, f.span.start.line, f.message) for f in found] == [
        ("01-playlist", 4, "function `script_path` stands beside `PlayListFlow` in its file"),
        ("02-statistics", 4, "function `script_path` stands beside `MovieStatsFlow` in its file"),
        ("04-playlist-plus", 4, "function `get_python_version` stands beside `PlayListFlow` in its file"),
    ]
