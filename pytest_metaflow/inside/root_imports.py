"""Imports a module of pytest's root directory where that is not on `sys.path`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType


def import_from(root: str, module: str) -> ModuleType:
    """Import `module`, from `root` where that has it: `tests` is a package of many an installed project.

    What it imports in turn is looked for in the flow's folder first, as for the flow's steps.
    """
    with _importable(root):
        package = None if module in sys.modules else _first_spec(root, module)
        if package is None:
            return import_module(module)
        finder = _Finder(package)
        sys.meta_path.insert(0, finder)
        try:
            return import_module(module)
        finally:
            sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Finds one top-level module."""

    def __init__(self, spec: ModuleSpec) -> None:
        self.spec = spec

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return self.spec if fullname == self.spec.name else None


def _first_spec(root: str, module: str) -> ModuleSpec | None:
    """The top-level package of `module`, or itself, in `root`; None where `root` does not have the module."""
    found: list[ModuleSpec] = []
    places: list[str] | None = [root]
    name = ""
    for word in module.split("."):
        name = f"{name}.{word}".lstrip(".")
        spec = PathFinder.find_spec(name, places) if places else None
        if spec is None:
            return None
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations = list(spec.submodule_search_locations)
        places = spec.submodule_search_locations
        found.append(spec)
    return found[0]


@contextmanager
def _importable(root: str) -> Iterator[None]:
    """Let `root` stand on `sys.path` as if it were the last on PYTHONPATH."""
    if root in sys.path:
        yield
        return
    library = str(Path(os.__file__).parent)
    sys.path.insert(sys.path.index(library) if library in sys.path else len(sys.path), root)
    try:
        yield
    finally:
        sys.path.remove(root)
