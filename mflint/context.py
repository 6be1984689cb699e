"""What a rule may ask besides its subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mflint.model import Flow, FlowFile
from mflint.modules import ModuleFinder
from mflint.names import NameResolver

if TYPE_CHECKING:
    from mflint.project import Project


@dataclass(frozen=True, slots=True)
class Context:
    """The file that is checked, its flows, and the project with its names and modules."""

    file: FlowFile
    flows: tuple[Flow, ...]
    names: NameResolver
    modules: ModuleFinder
    test_mode_parameter: str
    metaflow_version: tuple[int, ...] | None
    """The oldest Metaflow that the flows must run on; None where no setting says so."""
    flows_of: Callable[[Path], tuple[Flow, ...]]
    """The flows of another file of the project; none where it cannot be read."""
    project: Project
