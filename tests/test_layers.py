"""The layers of docs/architecture.md hold: `pyproject.toml` states them, import-linter checks them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", script, "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )


def test_every_import_keeps_to_the_layers() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("mflint/model/code.py", "import mflint.engine", "each layer imports only from those below it"),
        ("mflint/cli/__init__.py", "import metaflow", "mflint needs neither Metaflow nor pytest"),
        (
            "mflint/analysis/steps/graph.py",
            "import pytest_metaflow.plan",
            "pytest_metaflow builds on mflint",
        ),
        (
            "mflint/analysis/steps/reach.py",
            "import mflint.analysis.values.bindings",
            "analysis: packages build on each other one way",
        ),
        (
            "pytest_metaflow/sandbox.py",
            "import pytest",
            "only what pytest talks to imports it",
        ),
    ],
)
def test_an_import_that_breaks_a_layer_is_found(module: str, line: str, broken: str, tmp_path: Path) -> None:
    for package in ("mflint", "pytest_metaflow"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a") as file:
        file.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert f"{broken} BROKEN" in done.stdout
