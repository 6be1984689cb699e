"""Changes a module the moment it is imported, without importing it earlier than the program does."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType


def install(patches: Mapping[str, str]) -> None:
    """For each module name, call `patch(module)` of the module named after it, once it has been imported."""
    sys.meta_path.insert(0, _Patcher(dict(patches)))


class _Patcher(MetaPathFinder):
    """Finds the named modules as everybody else does and wraps their loader's `exec_module`.

    The loader itself stays in place: `inspect` and `linecache` ask it for the source.
    """

    def __init__(self, pending: dict[str, str]) -> None:
        self.pending = pending

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's own spec, its loader prepared; None for every other module."""
        patch = self.pending.pop(fullname, None)
        if patch is None:
            return None
        spec = find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        loader = spec.loader
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            importlib.import_module(patch).patch(module)

        loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
