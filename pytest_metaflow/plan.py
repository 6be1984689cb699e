"""One run of one flow, decided before anything is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_metaflow.contracts.levels import NONE, Contracts
from pytest_metaflow.settings.model import Expectation


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
class ForeachFrame:
    """One foreach that is open in a task; as Metaflow's class of that name has it (tuple_util.py)."""

    step: str
    var: str
    num_splits: int
    index: int


@dataclass(frozen=True)
class Parent:
    """A task that a lone step takes its artifacts from, as if it had run."""

    step: str
    artifacts: Mapping[str, bytes]
    """Pickles by name."""
    frames: tuple[ForeachFrame, ...] = ()
    """The foreaches that it lies in, the outermost first."""
    foreach: str | None = None
    """The artifact over which it splits, if it does."""
    num_splits: int | None = None


@dataclass(frozen=True)
class LoneStep:
    """A step that is run without those before it."""

    step: str
    parents: tuple[Parent, ...]
    """Empty for the first step."""
    split_index: int | None = None
    """Which split of its parent it is, where that splits over a foreach."""


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
    max_foreach: int | None = None
    """How many items a foreach keeps; None for all."""
    expect: Expectation | None = None
    """How the run has to fail; None where it has to succeed."""
    contracts: Contracts = NONE
    """What a good run is held against."""
    task_setup: TaskSetup | None = None
    debugging: Debugging | None = None
    """None where nobody can answer."""
    pass_env: tuple[str, ...] = ()
    """Patterns of the variables of the outside that the run sees although they would be dropped."""
    allow_network: tuple[str, ...] = ()
    """Hosts besides loopback that the run may reach, as `inside.destinations.entry` reads them."""
    namespace: bool = False
    """Whether the run gets a network namespace of its own."""
    datastore: str = "local"
    """`local` or `s3`."""
    s3: str | None = None
    """Url of the S3 server; None where there is none."""
    producers: tuple[str, ...] | None = None
    """The flows whose runs the flow reads, where the user says so; None for those that its source names."""
    runs: tuple[Path, ...] = ()
    """Kept stores (`stores.save`) of the runs that the flow reads."""
    triggered_by: tuple[str, ...] = ()
    """Pathspecs of the runs whose end starts the flow (`--trigger`)."""
    alone: LoneStep | None = None
    """The only step to run; None for the whole flow."""
    tell_tasks: bool = False
    """Whether the run tells all tasks with their artifacts and logs at its end."""
