"""Flows that run to the end, in the styles that people write: nothing certain to fail is found in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

from mflint.diagnostics import Finding
from mflint.engine import check_paths
from mflint.rules import Profile
from mflint.settings import Settings
from tests.acceptance.nasty_flows import NASTY

HERE = Path(__file__).parent
GOOD = HERE / "good_flows"
EXAMPLES = HERE.parents[1] / "examples"
METAFLOW = find_spec("metaflow")
assert METAFLOW is not None
assert METAFLOW.origin is not None
TUTORIALS = Path(METAFLOW.origin).parent / "tutorials"

RUN = ("--no-pylint", "run")
ARGUMENTS = {
    "main_guards/arguments_first.py": ("--quick",),
    "main_guards/runner/run_child.py": (),
    "parameters/of_all_kinds.py": (*RUN, "--start_date", "2024-02-01", "--tag", "good"),
}
"""What a file is called with where it is not `RUN`."""

CONVENTIONS = ("MF201", "MF203", "MF301")
"""Flows that show how Metaflow is used have no project, no test mode and few docstrings."""


def runnable(topic: Path) -> Iterator[Path]:
    return (path for path in sorted(topic.rglob("*.py")) if "__main__" in path.read_text("utf-8"))


def run(path: Path, home: Path) -> str:
    """The output where the flow fails or does not reach its end, else nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METAFLOW_")}
    store = home.parent / "stores" / path.stem
    store.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", path.name, *ARGUMENTS.get(path.relative_to(home).as_posix(), RUN)],
        cwd=path.parent,
        env={
            **kept,
            "HOME": str(home),
            "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(store),
            "METAFLOW_USER": "tester",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    reached = any(store.rglob("end/*/*.data.json"))
    return "" if done.returncode == 0 and reached else f"{path.name}: {done.stdout[-2000:]}"


@pytest.mark.slow
@pytest.mark.parametrize("topic", sorted(path.name for path in GOOD.iterdir() if path.is_dir()))
def test_each_flow_runs_to_its_end(tmp_path: Path, topic: str) -> None:
    ignored = shutil.ignore_patterns("__pycache__", ".metaflow")
    copied = shutil.copytree(GOOD, tmp_path / "good", ignore=ignored)
    flows = list(runnable(copied / topic))
    assert flows
    with ThreadPoolExecutor(2) as pool:
        assert [text for text in pool.map(lambda path: run(path, copied), flows) if text] == []


def findings(root: Path, profile: Profile, ignore: tuple[str, ...] = ()) -> list[Finding]:
    report = check_paths([root], Settings(root, profile=profile, ignore=ignore))
    assert report.flows
    assert report.problems == ()
    return list(report.findings)


@pytest.mark.parametrize("root", [GOOD, EXAMPLES, TUTORIALS], ids=lambda path: path.name)
def test_nothing_is_certain_to_fail(root: Path) -> None:
    assert findings(root, Profile.CORRECTNESS) == []


def test_nothing_is_certain_to_fail_in_flows_that_are_hard_to_read(tmp_path: Path) -> None:
    for name, text in NASTY.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    assert [(f.path.name, f.code) for f in findings(tmp_path, Profile.CORRECTNESS) if f.code != "MF105"] == []


RECOMMENDED = [
    "artifacts/classes_of_values.py MF101 Colour",
    "artifacts/classes_of_values.py MF101 Place",
    "artifacts/classes_of_values.py MF101 Reading",
    "artifacts/constants_copied.py MF103 copy.deepcopy",
    "artifacts/what_pickles.py MF101 Model",
    "artifacts/what_pickles.py MF101 top",
    "artifacts/what_pickles.py MF101 cached",
    "artifacts/within_a_step.py MF101 timed",
    "concurrency/pools_and_asyncio.py MF101 square",
    "concurrency/pools_and_asyncio.py MF101 fetch",
    "foreaches/grid_search.py MF101 Trial",
    "foreaches/over_an_own_sequence.py MF101 Seq",
    "helpers/aborting.py MF101 fail",
    "helpers/self_handed_on.py MF102 steps_text.Loader",
    "helpers/self_handed_on.py MF102 steps_text.fill",
    "helpers/self_handed_on.py MF102 steps_text.summary",
    "inheritance/flows/base.py MF101 Scored",
    "inheritance/modules_and_mixins.py MF102 pkg.core.configure",
    "inheritance/modules_and_mixins.py MF102 pkg.core.setup",
    "inheritance/modules_and_mixins.py MF101 Using",
    "inheritance/pkg/core.py MF101 configure",
    "inheritance/pkg/core.py MF101 Wrapped",
    "inheritance/pkg/core.py MF202 Core",
    "inheritance/two_in_a_file.py MF101 FirstFlow",
    "joins/helpers_of_joins.py MF101 flatten",
    "switches/agent.py MF101 Action",
    "switches/loop_then_ways.py MF101 Kind",
]
"""Each place, the code of its finding and the name that it is about."""


def test_what_is_recommended_is_true_of_each_place() -> None:
    found = [
        f"{f.path.relative_to(GOOD).as_posix()} {f.code} {f.message.split('`')[1]}"
        for f in findings(GOOD, Profile.RECOMMENDED, ignore=CONVENTIONS)
    ]
    assert found == RECOMMENDED
