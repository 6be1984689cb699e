"""What the documentation says of other tools, they still say."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.mflint.commands import mflint

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def comparison() -> ModuleType:
    spec = importlib.util.spec_from_file_location("comparison", ROOT / "benchmarks" / "comparison.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["comparison"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def mended(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tests" / "acceptance" / "readme", tmp_path, dirs_exist_ok=True)
    shutil.copy(ROOT / "benchmarks" / "mended" / "churn.py", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["mflint check", "ruff check --select ALL", "python flow.py check"])
def test_the_page_shows_what_a_tool_says_of_the_planted_defects(
    name: str, comparison: ModuleType, tmp_path: Path
) -> None:
    tools = [tool for tool in comparison.TOOLS if tool.name == name]
    *_, row = comparison._findings_table(tools, tmp_path)
    assert row in (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8").splitlines()


def test_the_mended_twin_has_no_finding(mended: Path) -> None:
    assert mflint("check", "churn.py", cwd=mended).out == "All checks passed! (1 flow in 1 file)\n"


def test_the_mended_twin_runs(mended: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METAFLOW_")}
    done = subprocess.run(
        [sys.executable, "churn.py", "--no-pylint", "run"],
        cwd=mended,
        env={**kept, "HOME": str(mended), "METAFLOW_USER": "tester"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
