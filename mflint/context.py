"""What a rule may ask besides its subject."""

from __future__ import annotations

from dataclasses import dataclass
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
    project: Project
