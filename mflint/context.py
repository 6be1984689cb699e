"""What a rule may ask besides its subject."""

from __future__ import annotations

from dataclasses import dataclass

from mflint.model import Flow, FlowFile
from mflint.modules import ModuleFinder
from mflint.names import NameResolver
from mflint.project import Project


@dataclass(frozen=True, slots=True)
class Context:
    """The file that is checked, its flows, the project that it is part of, and what the settings ask for.

    `project_name` is empty where any name will do. `metaflow_version` is the oldest Metaflow that the flows
    must run on, None where no setting says so.
    """

    file: FlowFile
    flows: tuple[Flow, ...]
    project: Project
    test_mode_parameter: str
    project_name: str
    require_reason: bool
    metaflow_version: tuple[int, ...] | None

    @property
    def names(self) -> NameResolver:
        """What the names in the project's files stand for."""
        return self.project.names

    @property
    def modules(self) -> ModuleFinder:
        """Where the project's modules are."""
        return self.project.modules
