"""Which files are worth parsing, decided on their bytes: most files of a project hold no flow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from mflint.modules import METAFLOW, ModuleFinder

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]*(\.*)[ \t]*([\w.]*)[ \t]+import\b[ \t]*(\([^)]*\)|[^\n]*)|import[ \t]+([^\n#;]+))",
    re.MULTILINE,
)
_WORD = re.compile(rb"[\w.]+")
_SUBCLASS = re.compile(rb"^[ \t]*class[ \t]+\w+[ \t]*\(", re.MULTILINE)


class Prefilter:
    """Reads files as bytes, each once."""

    def __init__(self, modules: ModuleFinder) -> None:
        self.modules = modules
        self._data: dict[Path, bytes | None] = {}
        self._may_hold_flows: dict[Path, bool] = {}

    def put(self, path: Path, data: bytes) -> None:
        """Take `data` for the content of `path`."""
        self._data[path] = data

    def data(self, path: Path) -> bytes | None:
        """The content of a file, None where it cannot be read."""
        if path not in self._data:
            try:
                self._data[path] = path.read_bytes()
            except OSError:
                self._data[path] = None
        return self._data[path]

    def may_hold_flows(self, path: Path) -> bool:
        """Whether the file names Metaflow, or subclasses something and imports a file that leads to Metaflow.

        True for a file that cannot be read: who parses it finds out why.
        """
        if path not in self._may_hold_flows:
            seen, pending = {path}, [path]
            while pending:
                current = pending.pop()
                data = self.data(current)
                if self._may_hold_flows.get(current) or data is None or METAFLOW.encode() in data:
                    self._may_hold_flows[path] = True
                    break
                if current != path or _SUBCLASS.search(data) is not None:
                    reached = set(self._imports(current, data)) - seen
                    seen |= reached
                    pending.extend(reached)
            else:
                self._may_hold_flows.update(dict.fromkeys(seen, False))
        return self._may_hold_flows[path]

    def _imports(self, path: Path, data: bytes) -> Iterator[Path]:
        for dots, parent, members, modules in _IMPORT.findall(data):
            prefix = parent.decode() + "." if parent else ""
            names = [parent.decode()] if dots or parent else []
            names += [prefix + name.decode() for name in _WORD.findall(members or modules)]
            for name in names:
                found = self.modules.find(path, name, len(dots))
                if found is not None:
                    yield found
