"""`mflint check --fix --unsafe-fixes` leaves flows that run and do what they did.

Every artifact of every task is the same before and after, as Metaflow's own Client sees it. Three are meant
to change: `test_mode`, a new artifact where the flow had no such parameter, or one with another default, is
not compared; neither is `name`, what the flow is called, since a fix renames flows; a data frame becomes
the `dict` of its columns, which is compared with the columns of the frame. A flow that Metaflow cannot run at
all is made to run by hand for the comparison.

What is not run: tutorial 00, which keeps no artifact, 01, which `test_moved_imports` runs, 04, which needs
conda, and 05, which needs Kubernetes; of the examples, `rider_export`, which needs AWS Secrets Manager. Their
fixed files are compiled.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.acceptance.local_runs import Artifacts, artifacts, run
from tests.acceptance.old_flows import FIXED_ORDERS, OLD, OTHERS, SETTINGS
from tests.mflint import spoiled
from tests.mflint.commands import mflint
from tests.mflint.flow_projects import write

EXAMPLES = Path(__file__).parents[2] / "examples"
METAFLOW = find_spec("metaflow")
assert METAFLOW is not None
assert METAFLOW.origin is not None
TUTORIALS = Path(METAFLOW.origin).parent / "tutorials"
IGNORED = shutil.ignore_patterns("__pycache__", ".*_cache", "*.toml", ".metaflow", "tests", "team_rules.py")

CHANGED = ("name", "test_mode")
PLAYLIST = ("02-statistics/stats.py", "03-playlist-redux/playlist.py")
BIKES = ("flows/demand_forecast.py", "flows/rebalancing.py", "flows/weekly_report.py")


def fix(folder: Path) -> None:
    """Make all fixes, twice: the second time there is nothing to do."""
    done = mflint("check", "--fix", "--unsafe-fixes", cwd=folder)
    assert done.code in (0, 1), done.out + done.err
    assert "bug in mflint" not in done.out + done.err
    again = mflint("check", "--diff", "--unsafe-fixes", cwd=folder)
    assert (again.code, again.out) == (0, ""), again.err
    for path in folder.rglob("*.py"):
        compile(path.read_bytes(), path.name, "exec", dont_inherit=True)


def kept(runs: Iterable[Artifacts]) -> list[Artifacts]:
    """The artifacts without those that are meant to change."""
    return [
        {task: {name: left[name] for name in left.keys() - CHANGED} for task, left in one.items()}
        for one in runs
    ]


def assert_same_artifacts(
    before: Path, after: Path, files: Sequence[str], arguments: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Run `files` in both folders, and compare what each run leaves."""
    for file in files:
        given = (arguments or {}).get(file, ())
        run(before, file, *given)
        run(after, file, *given)
    expected, found = kept(artifacts(before)), kept(artifacts(after))
    assert len(expected) == len(files)
    assert any(task for one in expected for task in one.values())
    assert found == expected


@pytest.mark.slow
def test_fixed_tutorials_leave_the_same_artifacts(tmp_path: Path) -> None:
    before = Path(shutil.copytree(TUTORIALS, tmp_path / "before", ignore=IGNORED))
    for file in PLAYLIST:
        (before / file).write_text(spoiled.started_at_import((before / file).read_text()))
    after = Path(shutil.copytree(before, tmp_path / "after"))
    (after / "mflint.toml").write_text(SETTINGS)
    fix(after)
    for file in PLAYLIST:
        text = (after / file).read_text()
        assert "@project(name=" in text
        assert re.search(r"test_mode = Parameter\(\s*\"test-mode\"", text)
        assert "if __name__" in text
    assert_same_artifacts(before, after, PLAYLIST)


@pytest.mark.slow
def test_fixed_examples_leave_the_same_artifacts(tmp_path: Path) -> None:
    before = Path(shutil.copytree(EXAMPLES, tmp_path / "before", ignore=IGNORED))
    shutil.copy(EXAMPLES / "flowproject.toml", before)
    for path in (before / "flows").glob("*.py"):
        code = spoiled.with_wrong_test_mode(spoiled.without_project(path.read_text()))
        path.write_text(spoiled.started_at_import(spoiled.with_unused_suppressions(code)))
    after = Path(shutil.copytree(before, tmp_path / "after"))
    (after / "mflint.toml").write_text(SETTINGS)
    fix(after)
    for path in (after / "flows").glob("*.py"):
        text = path.read_text()
        assert ("not current.is_production" in text) is ("test_mode = " in text)
        assert "MF" not in text
    assert_same_artifacts(before, after, BIKES)


@pytest.mark.slow
def test_fixed_old_flows_leave_the_same_artifacts(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    write(before, {**OTHERS, **{file: old.startable for file, old in OLD.items()}})
    write(after, {**OTHERS, **{file: old.source for file, old in OLD.items()}, "mflint.toml": SETTINGS})
    fix(after)
    assert_same_artifacts(before, after, tuple(OLD), {file: old.arguments for file, old in OLD.items()})


def test_the_diff_of_an_old_flow_reads_as_if_it_were_written_by_hand(tmp_path: Path) -> None:
    write(tmp_path, {**OTHERS, "orders.py": OLD["orders.py"].source, "mflint.toml": SETTINGS})
    done = mflint("check", "--diff", "--unsafe-fixes", "orders.py", cwd=tmp_path)
    assert done.out == FIXED_ORDERS
    assert done.err == "Would fix 15 findings.\n"
