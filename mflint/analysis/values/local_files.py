"""Files that one step writes and a later one reads, by relative paths that the source shows."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import libcst as cst

from mflint.analysis.steps.branches import descendants
from mflint.analysis.steps.graph import reached
from mflint.analysis.steps.reach import mentioned_by
from mflint.analysis.values.file_calls import (
    OPENERS,
    PATH_READS,
    PATH_WRITES,
    PATHS,
    READERS,
    READING_METHODS,
    WRITERS,
    WRITING_METHODS,
    PathArgument,
)
from mflint.model import Assignment, Flow, FlowFile, Function, Node, Step
from mflint.names import External, NameResolver
from mflint.syntax import below, dotted_name, literal, read_call

_MAX_DEPTH = 20
_LONGEST = 4096
"""How many characters a path may have."""

_ELSEWHERE = re.compile(r"[/\\~$]|[A-Za-z]:|[a-z][a-z0-9+.-]+://")
"""How a path begins that is not relative to the working directory."""

_READING = {name.rpartition(".")[2] for name in (*OPENERS, *PATHS, *READERS, *READING_METHODS, *PATH_READS)}


@dataclass(frozen=True)
class FileUse:
    """A call that writes or reads the file at the relative `path`."""

    path: str
    writes: bool
    node: Node
    file: FlowFile


@dataclass(frozen=True)
class PassedFile:
    """A file that `reader` reads and an earlier step writes."""

    read: FileUse
    reader: Step
    write: FileUse
    writer: Step


def passed_files(flow: Flow, names: NameResolver) -> Iterator[PassedFile]:
    """The files that a step reads, does not write itself, and that an earlier step writes."""
    inside = reached(flow) if _may_read(flow) else set()
    uses = {name: _uses_in_step(flow, step, names) for name, step in flow.steps.items() if name in inside}
    for name, found in uses.items():
        own = {use.path for use in found if use.writes}
        for read in (use for use in found if not use.writes and use.path not in own):
            for other, theirs in uses.items():
                write = next((use for use in theirs if use.writes and use.path == read.path), None)
                if write is not None and other != name and name in descendants(flow, other):
                    yield PassedFile(read, flow.steps[name], write, flow.steps[other])
                    break


def _may_read(flow: Flow) -> bool:
    """Whether anything is called like a reader; saves most flows the look at each of their calls."""
    functions = [step.function for step in flow.steps.values()]
    functions += [function for function, _ in flow.methods.values()]
    calls = [*flow.file.calls, *(call for function in functions for call in function.calls)]
    return any(call.name.rpartition(".")[2] in _READING for call in calls)


def _uses_in_step(flow: Flow, step: Step, names: NameResolver) -> list[FileUse]:
    functions = mentioned_by(flow, step)
    if any(call.name.endswith("chdir") for function, _ in functions for call in function.calls):
        return []
    found: list[FileUse] = []
    for function, file in functions:
        reader = _Reader(flow, function, file, names)
        for node in below(function.node.body):
            if isinstance(node, cst.Call):
                found.extend(reader.uses(node))
    return found


@dataclass(frozen=True)
class _Reader:
    """Reads the calls of one function."""

    flow: Flow
    function: Function
    file: FlowFile
    names: NameResolver
    texts: dict[tuple[Node, bool], str | None] = field(default_factory=dict)

    def uses(self, node: cst.Call) -> Iterator[FileUse]:
        meaning = self._meaning(dotted_name(node.func))
        if meaning in OPENERS:
            yield from self._opened(node, PathArgument(0, ("file", "filename")), 1)
        elif meaning in WRITERS or meaning in READERS:
            yield from self._used(node, WRITERS.get(meaning), True)
            yield from self._used(node, READERS.get(meaning), False)
        elif isinstance(node.func, cst.Attribute):
            yield from self._method(node, node.func)

    def _method(self, node: cst.Call, function: cst.Attribute) -> Iterator[FileUse]:
        name = function.attr.value
        if name == "open" or name in PATH_WRITES or name in PATH_READS:
            path = self._path(function.value, 0, bare=False)
            writes = name in PATH_WRITES if name != "open" else self._mode(node, 0)
            if path is not None and writes is not None:
                yield FileUse(path, writes, node, self.file)
            return
        yield from self._used(node, WRITING_METHODS.get(name), True)
        yield from self._used(node, READING_METHODS.get(name), False)

    def _opened(self, node: cst.Call, place: PathArgument, mode: int) -> Iterator[FileUse]:
        writes = self._mode(node, mode)
        if writes is not None:
            yield from self._used(node, place, writes)

    def _mode(self, node: cst.Call, position: int) -> bool | None:
        """Whether the file is opened for writing; None where the source does not tell."""
        call = read_call(node)
        given = call.argument("mode", position)
        if call.unpacks or (given is not None and not isinstance(given.value, str)):
            return None
        return given is not None and any(letter in given.value for letter in "wax")

    def _used(self, node: cst.Call, place: PathArgument | None, writes: bool) -> Iterator[FileUse]:
        call = read_call(node)
        if place is None or call.unpacks:
            return
        given = [call.argument(keyword, place.position) for keyword in place.keywords or ("",)]
        argument = next((found for found in given if found is not None), None)
        path = self._path(argument.node, 0) if argument is not None else None
        if path is not None:
            yield FileUse(path, writes, node, self.file)

    def _path(self, node: Node, depth: int, *, bare: bool = True) -> str | None:
        """The normal form of a relative path; a plain string counts only where it is `bare`."""
        text = self._text(node, depth, bare)
        if text is None or not text or _ELSEWHERE.match(text):
            return None
        return posixpath.normpath(text)

    def _text(self, node: Node, depth: int, bare: bool) -> str | None:
        if depth > _MAX_DEPTH:
            return None
        if (node, bare) not in self.texts:
            text = self._spelled(node, depth, bare)
            self.texts[node, bare] = text if text is not None and len(text) <= _LONGEST else None
        return self.texts[node, bare]

    def _spelled(self, node: Node, depth: int, bare: bool) -> str | None:
        value = literal(node)
        if isinstance(value, str):
            return value if bare else None
        if isinstance(node, cst.Call):
            return self._built(node, depth)
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Divide):
            left = self._text(node.left, depth + 1, False)
            right = self._text(node.right, depth + 1, True)
            return posixpath.join(left, right) if left is not None and right is not None else None
        bound = self._bound(dotted_name(node))
        return self._text(bound.value, depth + 1, bare) if bound is not None else None

    def _built(self, node: cst.Call, depth: int) -> str | None:
        """`Path("a", "b")`, `os.path.join("a", "b")`, `str(path)`."""
        meaning = self._meaning(dotted_name(node.func))
        if meaning not in PATHS | {"os.path.join", "builtins.str", "os.fspath"} or not node.args:
            return None
        parts = [self._text(a.value, depth + 1, True) for a in node.args if not a.star and a.keyword is None]
        texts = [part for part in parts if part is not None]
        return posixpath.join(*texts) if len(texts) == len(node.args) else None

    def _bound(self, name: str) -> Assignment | None:
        """The only assignment of a local name, a constant of the file or of the flow's classes."""
        first, _, rest = name.partition(".")
        if rest and first == self.function.signature.first:
            if any(write.name == rest for step in self.flow.steps.values() for write in step.function.writes):
                return None
            given = [a for owner, _ in self.flow.lineage for a in owner.attributes.get(rest, ())]
        elif rest or not first:
            return None
        else:
            given = [*(self.function.assignments.get(first, ()) or self.file.assignments.get(first, ()))]
            parameters = self.function.signature
            if first in (*parameters.positional, *parameters.keyword_only, *parameters.positional_only):
                return None
        sole = given[0] if len(given) == 1 else None
        return sole if sole is not None and sole.value is not None and sole.elements == () else None

    def _meaning(self, name: str) -> str:
        if not name or name.partition(".")[0] in self.function.assignments:
            return ""
        found = self.names.resolve(self.file, name, self.function.imports)
        return found.qualified if isinstance(found, External) else ""
