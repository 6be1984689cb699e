"""Runs flows with Metaflow in a folder of their own, and reads with its Client what they leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TypeAlias

Artifacts: TypeAlias = dict[str, dict[str, str]]
"""For each task, as `step index`, its artifacts as `repr` shows them; a data frame as its columns."""

_ARTIFACTS = """
import json, sys
from metaflow import Metaflow, namespace
namespace(None)
runs = sorted((run for flow in Metaflow() for run in flow), key=lambda run: run.created_at)
assert all(run.successful for run in runs)
def plain(data):
    return data.to_dict("list") if type(data).__name__ == "DataFrame" else data
print(json.dumps([
    {f"{s.id} {task.index}": {a.id: repr(plain(a.data)) for a in task} for s in run for task in s}
    for run in runs
]))
"""


def python(folder: Path, *arguments: str, cwd: Path | None = None) -> str:
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
    done = subprocess.run(
        command, cwd=cwd or folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run(folder: Path, file: str, *arguments: str) -> None:
    """Run the flow in `file`."""
    python(folder, file, "--no-pylint", "run", *arguments)


def artifacts(folder: Path) -> list[Artifacts]:
    """What the runs in `folder` have left, run by run in the order of their start."""
    left: list[Artifacts] = json.loads(python(folder, "-c", _ARTIFACTS))
    assert " at 0x" not in str(left)
    return left
