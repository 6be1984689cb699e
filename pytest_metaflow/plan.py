"""One run of one flow, decided before anything is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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
    producers: tuple[str, ...] | None = None
    """The flows whose runs the flow reads, where the user says so; None for those that its source names."""
    runs: tuple[Path, ...] = ()
    """Kept stores (`stores.save`) of the runs that the flow reads."""
    triggered_by: tuple[str, ...] = ()
    """Pathspecs of the runs whose end starts the flow (`--trigger`)."""
