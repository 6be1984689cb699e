"""What a user can set for flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class FlowSettings:
    """The settings of one flow; None or empty where nothing is said."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    trigger: Mapping[str, Any] | None = None
    task_setup: str | None = None
    """`module:function`, empty for none whatever the session has."""

    def overridden_by(self, other: FlowSettings) -> FlowSettings:
        """These settings with those of `other` above them, entry by entry."""
        return replace(
            self,
            parameters={**self.parameters, **other.parameters},
            timeout=self.timeout if other.timeout is None else other.timeout,
            environment={**self.environment, **other.environment},
            secrets={**self.secrets, **other.secrets},
            trigger=self.trigger if other.trigger is None else other.trigger,
            task_setup=self.task_setup if other.task_setup is None else other.task_setup,
        )


@dataclass(frozen=True)
class ProjectSettings:
    """All settings of a project by flow: `Name`, or `path/to/file.py::Name` from the root directory."""

    flows: Mapping[str, FlowSettings] = field(default_factory=dict)

    def of(self, path: str, name: str) -> FlowSettings:
        """The settings of the flow `name` in the file `path`; what is said of the file's flow goes first."""
        general = self.flows.get(name, FlowSettings())
        return general.overridden_by(self.flows.get(f"{path}::{name}", FlowSettings()))
