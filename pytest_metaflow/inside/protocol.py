"""What pytest and the processes of a flow tell each other: environment variables and files of the sandbox."""

from __future__ import annotations

import json
import os
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

MARKER = "PYTEST_METAFLOW"
"""`1` in every process of a flow, so that user code can ask for it."""

SANDBOX = "PYTEST_METAFLOW_SANDBOX"
"""The item's sandbox directory."""

PROCESS = "PYTEST_METAFLOW_PROCESS"
"""`run` or `task` while such a process starts; it removes the variable, so that its children lack it."""

RUN = "PYTEST_METAFLOW_RUN"
"""The process id of the run."""

SILENT = "PYTEST_METAFLOW_SILENT"
"""Set in what the flow's own code starts, such as another flow: that reports nothing."""

BRIEF = "brief.json"
RECORDS = "records"

_numbers = count()


def brief() -> Record:
    """What pytest says about this run: fields of `plan.RunPlan` (`sandbox.py` writes it)."""
    loaded: Record = json.loads(sandbox().joinpath(BRIEF).read_text(encoding="utf-8"))
    return loaded


def record(kind: str, data: Record) -> None:
    """Report `data` to pytest. The file appears whole or not at all; a full disk loses it silently."""
    if SILENT in os.environ:
        return
    name = f"{next(_numbers):04}-{os.getpid()}.json"
    unfinished = sandbox() / RECORDS / f".{name}"
    try:
        unfinished.write_text(json.dumps({"kind": kind, **data}, default=repr), encoding="utf-8")
        unfinished.rename(unfinished.with_name(name))
    except OSError:
        return


def recorded(directory: Path) -> tuple[Record, ...]:
    """All that the processes of a run reported, in the order reported."""
    files = [path for path in (directory / RECORDS).glob("*.json") if not path.name.startswith(".")]
    files.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in files)


def sandbox() -> Path:
    """The sandbox that this process runs in."""
    return Path(os.environ[SANDBOX])
