"""What pytest and the processes of a flow tell each other: environment variables and files of the sandbox."""

from __future__ import annotations

import json
import os
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

BRIEF = "brief.json"
RECORDS = "records"

PROGRESS = "progress.txt"
"""How far the run is; `inside/progress.py` writes it."""

COMPLETE = "complete"
"""A file that the sandbox is made with; gone where a report was lost: a full disk lets files be removed."""

_numbers = count()


def brief() -> Record:
    """What pytest says about this run: `flow`, `file`, `retries`, `secrets`, `trigger`."""
    loaded: Record = json.loads(own_sandbox().joinpath(BRIEF).read_text(encoding="utf-8"))
    return loaded


def record(kind: str, data: Record) -> None:
    """Report `data` to pytest. The file appears whole or not at all, and then `is_complete` is false."""
    if SILENT in os.environ:
        return
    name = f"{next(_numbers):04}-{os.getpid()}.json"
    unfinished = own_sandbox() / RECORDS / f".{name}"
    try:
        unfinished.write_text(json.dumps({"kind": kind, **data}, default=repr), encoding="utf-8")
        unfinished.rename(unfinished.with_name(name))
    except OSError:
        with suppress(OSError):
            own_sandbox().joinpath(COMPLETE).unlink()


def is_complete(sandbox: Path) -> bool:
    """Whether no process of a run lost a report, for lack of room on the disk, say."""
    return sandbox.joinpath(COMPLETE).exists()


def recorded(sandbox: Path) -> tuple[Record, ...]:
    """All that the processes of a run reported, in the order reported."""
    files = [path for path in (sandbox / RECORDS).glob("*.json") if not path.name.startswith(".")]
    files.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in files)


@cache
def own_sandbox() -> Path:
    """The sandbox of this process. What a step does to its environment later changes nothing."""
    return Path(os.environ[SANDBOX])
