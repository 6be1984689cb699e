"""What other files of a project have to do with a flow: who imports its file, and who bears its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mflint.model import Flow, FlowFile
from mflint.project import Project
from mflint.source import SourceError

_DYNAMIC = (b"import_module", b"__import__", b"run_module", b"spec_from_file")


def importers(project: Project, path: Path, name: str) -> Iterator[Path]:
    """The other files that import the module at `path`, or may: those with an import that is computed.

    `name` is what the module defines; a package's own file is found by it and by the folder's name. Files
    whose bytes name neither are not parsed.
    """
    module = path.parent.name if path.stem == "__init__" else path.stem
    words = {module, name} if path.stem == "__init__" else {module}
    seen = {path}
    for word in words:
        for other in project.mentioning(word):
            if other not in seen and _imports(project, other, path):
                seen.add(other)
                yield other


def namesakes(project: Project, flow: Flow) -> Iterator[Flow]:
    """The flows in other files that can be run under the name of `flow`; copies of its file do not count."""
    own = flow.file.path
    for path in project.mentioning(flow.name, before=r"\bclass[ \t]+"):
        if path == own or project.prefilter.data(path) == project.prefilter.data(own):
            continue
        for other in _flows(project, path):
            if other.name == flow.name and other.runnable and not other.definition.nested:
                yield other


def _flows(project: Project, path: Path) -> tuple[Flow, ...]:
    try:
        return project.flows(path)
    except SourceError:
        return ()


def _imports(project: Project, importer: Path, path: Path) -> bool:
    data = project.prefilter.data(importer) or b""
    if any(word in data for word in _DYNAMIC):
        return True
    if b"import" not in data:
        return False
    try:
        file = project.file(importer)
    except SourceError:
        return True
    return any(path in found for found in _imported_files(project, file))


def _imported_files(project: Project, file: FlowFile) -> Iterator[set[Path | None]]:
    """The files that each import statement of `file`, at any depth, may load."""
    scopes = [file.imports, *(function.imports for function in file.functions)]
    for klass in file.classes:
        scopes += [klass.imports, *(function.imports for function in klass.functions)]
    for imports in scopes:
        for found in imports:
            member = f"{found.module}.{found.name}" if found.module else found.name
            yield {
                project.modules.find(file.path, found.module, found.level),
                project.modules.find(file.path, member, found.level) if found.name and member else None,
            }
