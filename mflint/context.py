"""What a rule may ask besides its subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mflint.model import Flow, FlowFile
from mflint.modules import ModuleFinder
from mflint.names import NameResolver
from mflint.project_names import NamesInUse


@dataclass(frozen=True, slots=True)
class Context:
    """The file that is checked, its flows, and what its project knows and its settings ask for.

    `names_in_use` may read every file of the project: call it where a finding depends on it.
    """

    file: FlowFile
    flows: tuple[Flow, ...]
    names: NameResolver
    modules: ModuleFinder
    root: Path
    names_in_use: Callable[[], NamesInUse]
    test_mode_parameter: str
    project_name: str
    require_reason: bool
