"""Which file of the project an import statement means, found without importing anything."""

from __future__ import annotations

import sys
from pathlib import Path

METAFLOW = "metaflow"


class ModuleFinder:
    """Finds modules the way `python flows/train.py` does, started anywhere in the project.

    An absolute import is looked for in the importing file's folder (a bare sibling), then in each folder
    above it up to the project's root, then in `src`. Metaflow and the standard library are never taken for
    the project's own.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._found: dict[tuple[Path, str, int], Path | None] = {}

    @property
    def root(self) -> Path:
        """The project's root."""
        return self._root

    def find(self, importer: Path, module: str, level: int) -> Path | None:
        """The file of `module` as imported by the file `importer`; None where it is not in the project."""
        key = (importer.parent, module, level)
        if key not in self._found:
            self._found[key] = self._search(importer.parent, module, level)
        return self._found[key]

    def _search(self, folder: Path, module: str, level: int) -> Path | None:
        parts = module.split(".") if module else []
        if level:
            for _ in range(level - 1):
                folder = folder.parent
            return _module_file(folder, parts)
        if not parts or parts[0] in (METAFLOW, "metaflow_extensions") or parts[0] in sys.stdlib_module_names:
            return None
        for base in self._bases(folder):
            found = _module_file(base, parts)
            if found is not None:
                return found
        return None

    def _bases(self, folder: Path) -> list[Path]:
        bases = [folder]
        while folder != self._root and self._root in folder.parents:
            folder = folder.parent
            bases.append(folder)
        return [*bases, self._root / "src"]


def _module_file(folder: Path, parts: list[str]) -> Path | None:
    path = folder.joinpath(*parts)
    for candidate in (path.with_name(f"{path.name}.py") if parts else None, path / "__init__.py"):
        if candidate is not None and candidate.is_file():
            return candidate
    return None
