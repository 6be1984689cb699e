"""One run of one flow, decided before anything is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class TaskSetup:
    """A function of the user's that each task calls before its step."""

    module: str
    function: str
    root: Path
    """Where the module is looked for besides `sys.path`."""


@dataclass(frozen=True)
class Debugging:
    """Somebody sits at the terminal and answers a debugger."""

    post_mortem: bool
    """Whether an exception opens one, as `--pdb` asks; tasks then run one at a time."""
    pdb_class: str
    """`module:Class` of `--pdbcls`, empty for `pdb.Pdb`."""
    group: int
    """pytest's process group, which holds the terminal."""


@dataclass(frozen=True)
class RunPlan:
    """All that an engine needs to know about a run. Paths are absolute.

    `configs` maps the name of a Config to a path (a string) or to a value (a table). `secrets` maps a
    source to its variables. `trigger` has the fields of `metaflow.events.MetaflowEvent`, None for no event.
    """

    file: Path
    flow: str
    cwd: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    configs: Mapping[str, str | Mapping[str, Any]] = field(default_factory=dict)
    timeout: float = 300.0
    """Seconds."""
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    trigger: Mapping[str, Any] | None = None
    python_path: tuple[Path, ...] = ()
    """Added in front of the user's PYTHONPATH."""
    retries: bool = False
    """Whether `@retry` retries."""
    task_setup: TaskSetup | None = None
    debugging: Debugging | None = None
    """None where nobody can answer."""
