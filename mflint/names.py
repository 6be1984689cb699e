"""What a name in a file stands for: a class or function of the project, or something from outside."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from mflint.model import Assignment, AssignmentKind, Class, FlowFile, Function, Import
from mflint.modules import METAFLOW, ModuleFinder
from mflint.syntax import dotted_name


@dataclass(frozen=True, slots=True)
class Defined:
    """A class or function that a file of the project defines."""

    definition: Class | Function
    file: FlowFile


@dataclass(frozen=True, slots=True)
class External:
    """Something from outside the project, by its qualified name such as `pandas.DataFrame`.

    What Metaflow offers is always called `metaflow.<name>`, whichever of its modules it is imported from.
    """

    qualified: str


Meaning: TypeAlias = Defined | External | None
"""None: the source does not tell."""

_MAX_HOPS = 32


class NameResolver:
    """Resolves dotted names, each once; `read` gives the FlowFile of a path, None where it cannot be read."""

    def __init__(self, modules: ModuleFinder, read: Callable[[Path], FlowFile | None]) -> None:
        self._modules = modules
        self._read = read
        self._known: dict[tuple[FlowFile, str, tuple[Import, ...]], Meaning] = {}

    def resolve(self, file: FlowFile, name: str, local: tuple[Import, ...] = ()) -> Meaning:
        """What the dotted `name` means at module level of `file`, or where the imports `local` come first."""
        key = (file, name, local)
        if key not in self._known:
            self._known[key] = self._resolved(file, name, local)
        return self._known[key]

    def constant(
        self, file: FlowFile, name: str, local: tuple[Import, ...] = (), hops: int = 0
    ) -> tuple[Assignment, FlowFile] | None:
        """The only assignment of the module variable that the dotted `name` means there, and its file.

        It is followed through imports of the project; None where the source does not tell.
        """
        first, _, rest = name.partition(".")
        imports = [i for i in local if i.bound == first] or [i for i in file.imports if i.bound == first]
        assigned = file.assignments.get(first, ())
        if len({i.target for i in imports}) + len(assigned) != 1 or hops > _MAX_HOPS:
            return None
        if not imports:
            return None if rest else (assigned[0], file)
        found = imports[0]
        module = found.module if not rest else found.target.lstrip(".")
        path = self._modules.find(file.path, module, found.level)
        target = self._read(path) if path is not None and path != file.path else None
        wanted = rest or found.name
        return self.constant(target, wanted, (), hops + 1) if target is not None and wanted else None

    def _resolved(self, file: FlowFile, name: str, local: tuple[Import, ...] = (), hops: int = 0) -> Meaning:
        first, _, rest = name.partition(".")
        if not first or hops > _MAX_HOPS:
            return None
        imports = [i for i in local if i.bound == first] or [i for i in file.imports if i.bound == first]
        definitions = _definitions(file, first)
        assigned = [a for a in file.assignments.get(first, ()) if a.kind is not AssignmentKind.OTHER]
        if len({i.target for i in imports}) + len(definitions) + len(assigned) > 1:
            return None
        if imports:
            return self._imported(file, imports[0], rest, hops + 1)
        if definitions:
            return None if rest else Defined(definitions[0], file)
        if assigned:
            alias = dotted_name(assigned[0].value) if assigned[0].kind is AssignmentKind.PLAIN else ""
            return self._resolved(file, f"{alias}.{rest}" if rest else alias, (), hops + 1) if alias else None
        return self._unbound(file, name, hops)

    def _imported(self, file: FlowFile, found: Import, rest: str, hops: int) -> Meaning:
        if found.name is None:
            module = found.module if found.bound != found.module.partition(".")[0] else found.bound
            return self._member(file, module, found.level, rest, hops)
        return self._member(
            file, found.module, found.level, f"{found.name}.{rest}" if rest else found.name, hops
        )

    def _member(self, file: FlowFile, module: str, level: int, name: str, hops: int) -> Meaning:
        """What `name` means in the module; the longest part of it that is a submodule is walked into."""
        first, _, rest = name.partition(".")
        path = self._modules.find(file.path, module, level)
        if path is not None and path != file.path:
            target = self._read(path)
            meaning = self._resolved(target, name, (), hops + 1) if target is not None and name else None
            if meaning is not None:
                return meaning
        if rest:
            deeper = f"{module}.{first}" if module else first
            found = self._member(file, deeper, level, rest, hops + 1) if hops < _MAX_HOPS else None
            if isinstance(found, Defined):
                return found
        if path is not None or level or self._is_of_project(file, module):
            return None
        return External(canonical(f"{module}.{name}" if name else module))

    def _is_of_project(self, file: FlowFile, module: str) -> bool:
        return self._modules.find(file.path, module.partition(".")[0], 0) is not None

    def _unbound(self, file: FlowFile, name: str, hops: int) -> Meaning:
        stars = [i for i in file.imports if i.bound == "*"]
        for star in stars:
            path = self._modules.find(file.path, star.module, star.level)
            target = self._read(path) if path is not None and path != file.path else None
            meaning = self._resolved(target, name, (), hops + 1) if target is not None else None
            if meaning is not None and meaning != External(f"builtins.{name}"):
                return meaning
        if hasattr(builtins, name.partition(".")[0]):
            return External(f"builtins.{name}")
        if any(star.module.partition(".")[0] == METAFLOW and not star.level for star in stars):
            return External(canonical(f"{METAFLOW}.{name}"))
        return None


def _definitions(file: FlowFile, name: str) -> list[Class | Function]:
    """The classes and functions of that name at module level."""
    found: list[Class | Function] = [c for c in file.classes if c.name == name and not c.nested]
    return [*found, *(f for f in file.functions if f.name == name)]


def canonical(qualified: str) -> str:
    """`metaflow.FlowSpec` for `metaflow.flowspec.FlowSpec`, and so on."""
    first, _, _ = qualified.partition(".")
    return (
        f"{METAFLOW}.{qualified.rpartition('.')[2]}"
        if first == METAFLOW and first != qualified
        else qualified
    )
