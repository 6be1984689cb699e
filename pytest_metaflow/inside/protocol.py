"""What pytest and the processes of a flow tell each other: environment variables and files of the sandbox."""

from __future__ import annotations

import json
import os
import pickle
import time
from contextlib import suppress
from functools import cache
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

PLACE = "PYTEST_METAFLOW_PLACE"
"""`Flow.step`, or `Flow` where no step has begun: in each process, and in what it starts."""

BRIEF = "brief.json"
ALONE = "alone.pickle"
"""What the brief does not hold of a step that is run alone: `plan.LoneStep`, as plain data."""

RECORDS = "records"
TEMPORARY = "tmp"
"""Metaflow's own temporary files."""

COPIES = "copies"
"""The folder of what pytest cannot read from the datastore itself."""

PROGRESS = "progress.txt"
"""How far the run is; `inside/progress.py` writes it."""

COMPLETE = "complete"
"""A file that the sandbox is made with; gone where a report was lost: a full disk lets files be removed."""

_numbers = count()


def brief() -> Record:
    """What pytest says about this run: fields of `plan.RunPlan` (`sandbox.py` writes it)."""
    loaded: Record = json.loads(own_sandbox().joinpath(BRIEF).read_text(encoding="utf-8"))
    return loaded


def lone_step() -> Record:
    """What pytest says about the step that is run alone, the fields of `plan.LoneStep`."""
    loaded: Record = pickle.loads(own_sandbox().joinpath(ALONE).read_bytes())
    return loaded


def copies() -> Path:
    """The folder for copies of artifacts; it is made when first asked for."""
    folder = own_sandbox() / COPIES
    folder.mkdir(exist_ok=True)
    return folder


def record(kind: str, data: Record) -> None:
    """Report `data` to pytest. The file appears whole or not at all; and then `is_complete` is false."""
    if SILENT not in os.environ:
        record_from_any(kind, data)


def record_from_any(kind: str, data: Record) -> None:
    """`record`, from what the flow's own code starts too.

    The time is in the name since a process that replaces itself (`os.execv`) counts anew under its old id.
    """
    name = f"{next(_numbers):04}-{os.getpid()}-{time.monotonic_ns()}.json"
    try:
        unfinished = own_sandbox() / RECORDS / f".{name}"
        unfinished.write_text(json.dumps({"kind": kind, **data}, default=repr), encoding="utf-8")
        unfinished.rename(unfinished.with_name(name))
    except OSError:
        with suppress(OSError):
            own_sandbox().joinpath(COMPLETE).unlink()


def is_complete(directory: Path) -> bool:
    """Whether no process of a run lost a report, for lack of room on the disk, say."""
    return directory.joinpath(COMPLETE).exists()


def recorded(directory: Path) -> tuple[Record, ...]:
    """All that the processes of a run reported, in the order reported."""
    files = [path for path in (directory / RECORDS).glob("*.json") if not path.name.startswith(".")]
    files.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in files)


@cache
def own_sandbox() -> Path:
    """The sandbox of this process. What a step does to its environment later changes nothing."""
    return Path(os.environ[SANDBOX])
