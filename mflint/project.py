"""All flows of a project, with what they inherit from each other across files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from mflint.flows import build_flow, is_flow
from mflint.model import Class, Flow, FlowFile
from mflint.modules import ModuleFinder
from mflint.name_survey import named_flows, names_in_use
from mflint.names import Defined, NameResolver
from mflint.prefilter import Prefilter
from mflint.project_names import NamedFlow, NamesInUse
from mflint.reader import read_file
from mflint.source import Source, SourceError, with_deep_stack
from mflint.test_files import is_test_file


class Project:
    """The Python files below `root`. `files` lists them when a question needs the whole project.

    Nothing is imported. Files are read and parsed when first asked for, and once; `prefilter` may have read
    some of them already.
    """

    def __init__(
        self, root: Path, files: Callable[[], Iterable[Path]], prefilter: Prefilter | None = None
    ) -> None:
        self.root = root
        self.prefilter = prefilter or Prefilter(ModuleFinder(root))
        self.modules = self.prefilter.modules
        self.names = NameResolver(self.modules, self._readable)
        self._list_files = files
        self._sources: dict[Path, Source] = {}
        self._files: dict[Path, FlowFile | SourceError] = {}
        self._flows: dict[Path, tuple[Flow, ...]] = {}
        self._all: tuple[Path, ...] | None = None
        self._names_in_use: NamesInUse | None = None
        self._given: frozenset[Path] = frozenset()

    def follow(self, other: Project, texts: Mapping[Path, Source]) -> None:
        """Begin with what `other` has read of the same project, but with `texts` for the files in it.

        What `other` was itself given is forgotten where it is not among `texts`.
        """
        for path, source in {**other._unchanged(), **texts}.items():
            self._sources[path] = source
            self.prefilter.put(path, source.data)
            if other._sources.get(path) is source and path in other._files:
                self._files[path] = other._files[path]
        self._given = frozenset(texts)
        self._all = other._all

    def _unchanged(self) -> dict[Path, Source]:
        return {path: source for path, source in self._sources.items() if path not in self._given}

    def source(self, path: Path) -> Source:
        """The text of a file. Raises SourceError."""
        if path not in self._sources:
            data = self.prefilter.data(path)
            self._sources[path] = Source.read(path) if data is None else Source(path, data)
        return self._sources[path]

    def text(self, path: Path) -> str | None:
        """The text of a file that has been read, if it could be decoded."""
        return self._sources[path].text if path in self._sources else None

    def file(self, path: Path) -> FlowFile:
        """What a file says about flows. Raises SourceError."""
        if path not in self._files:
            try:
                source = self.source(path)
                self._files[path] = with_deep_stack(lambda: read_file(path, source.module))
            except SourceError as error:
                self._files[path] = error
        found = self._files[path]
        if isinstance(found, SourceError):
            raise found
        return found

    def flows(self, path: Path) -> tuple[Flow, ...]:
        """The flows that a file defines, in the order written. Raises SourceError."""
        if path not in self._flows:
            found: tuple[Flow, ...] = ()
            if self.prefilter.may_hold_flows(path):
                file = self.file(path)
                found = tuple(build_flow(c, file, self) for c in file.classes if is_flow(c, file, self.names))
            self._flows[path] = found
        return self._flows[path]

    def readable_flows(self, path: Path) -> tuple[Flow, ...]:
        """The flows that a file defines; none where it cannot be read."""
        try:
            return self.flows(path)
        except SourceError:
            return ()

    def flow_files(self) -> tuple[Path, ...]:
        """Every file of the project that defines a flow; also those that seem to, and cannot be parsed."""
        return tuple(path for path in self._all_files() if self._defines_flows(path))

    def names_in_use(self) -> NamesInUse:
        """The names that the flows of the project have in their `@project`."""
        if self._names_in_use is None:
            paths = (path for path in self._all_files() if not is_test_file(path, self.root))
            self._names_in_use = names_in_use(paths, self.prefilter.data, self._named_flows)
        return self._names_in_use

    def mentioning(self, word: str, before: str = "") -> Iterator[Path]:
        """The files whose bytes hold `word`, directly behind the pattern `before`; none is parsed."""
        plain = word.encode()
        pattern = re.compile(before.encode() + rb"\b" + re.escape(plain) + rb"\b")
        for path in self._all_files():
            data = self.prefilter.data(path)
            if data is not None and plain in data and pattern.search(data) is not None:
                yield path

    def is_subclassed(self, klass: Class) -> bool:
        """Whether another class of the project derives from `klass`."""
        for path in self.mentioning(klass.name):
            file = self._readable(path)
            if file is not None and any(self._derives(other, file, klass) for other in file.classes):
                return True
        return False

    def _named_flows(self, path: Path) -> Iterator[NamedFlow]:
        file = self._readable(path)
        return named_flows(file, self.names) if file is not None else iter(())

    def _derives(self, other: Class, file: FlowFile, klass: Class) -> bool:
        bases = (self.names.resolve(file, base) for base in other.bases)
        return any(isinstance(base, Defined) and base.definition is klass for base in bases)

    def _defines_flows(self, path: Path) -> bool:
        try:
            return bool(self.flows(path))
        except SourceError:
            return b"FlowSpec" in (self.prefilter.data(path) or b"")

    def _readable(self, path: Path) -> FlowFile | None:
        try:
            return self.file(path)
        except SourceError:
            return None

    def _all_files(self) -> tuple[Path, ...]:
        if self._all is None:
            self._all = tuple(sorted(set(self._list_files())))
        return self._all
