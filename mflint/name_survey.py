"""Finds the names that the flows of a project have in use, parsing as few files as that takes.

Most files spell `@project(name="…")` with one and the same name: what their bytes say is believed as soon as
one of them has been parsed. Whatever may be a `@project` and is not spelled so plainly is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from mflint.diagnostics import Place
from mflint.model import UNKNOWN, FlowFile
from mflint.names import External, NameResolver
from mflint.project_names import PROJECT, NamedFlow, NamesInUse, name_node, refusal

_RENAMED = re.compile(rb"\bproject\s+as\s+(\w+)|\b(\w+)\s*=[^=\n#\"']*\bproject\b")
_OTHER_ARGUMENTS = rb"(?:(?!name\b)\w+\s*=\s*(?:\w+|\"[^\"\\\n]*\"|'[^'\\\n]*')\s*,\s*)*"
_DECORATOR = re.compile(rb"^[ \t\f]*@([^\n]*)", re.MULTILINE)


def names_in_use(
    paths: Iterable[Path], data: Callable[[Path], bytes | None], named: Callable[[Path], Iterable[NamedFlow]]
) -> NamesInUse:
    """The names in use in the files at `paths`; `data` reads a file, `named` parses it.

    `named` gives a flow with an empty name for a name that is computed.
    """
    contents = {path: (data(path) or b"").replace(b"\r", b"\n") for path in paths}
    spelled, unclear = _sorted_out(contents)
    found = _Found(named)
    for path in unclear:
        found.parse(path)
    names = sorted({*spelled, *found.flows} - {""})
    leader = max(names, key=lambda name: found.at_most(name, spelled.get(name, [])), default="")
    for name in names:
        if name != leader:
            for path in spelled.get(name, ()):
                found.parse(path)
    rival = max((found.count(name) for name in names if name != leader), default=0)
    for path in spelled.get(leader, ()):
        if found.count(leader) > rival:
            break
        found.parse(path)
    for path in spelled.get("", ()):
        if found.count(""):
            break
        found.parse(path)
    return found.result()


def named_flows(file: FlowFile, names: NameResolver) -> Iterator[NamedFlow]:
    """The classes of a file with a `@project` of their own, without the name where it is computed.

    Those whose name Metaflow refuses are left out.
    """
    for klass in file.classes:
        for decorator in klass.decorators:
            if names.resolve(file, decorator.name) == External(PROJECT):
                name = decorator.argument("name")
                place = Place(file.path, name_node(decorator))
                if name is UNKNOWN:
                    yield NamedFlow("", klass.name, place)
                elif isinstance(name, str) and refusal(name) is None:
                    yield NamedFlow(name, klass.name, place)


def _sorted_out(contents: Mapping[Path, bytes]) -> tuple[dict[str, list[Path]], list[Path]]:
    """The files that spell each name ("": one that is computed), and those that have to be parsed to tell."""
    words = {b"project"}
    for content in contents.values():
        if b"project" in content:
            words |= {word for match in _RENAMED.findall(content) for word in match if word}
    choice = b"|".join(re.escape(word) for word in sorted(words))
    mention = re.compile(rb"\b(?:" + choice + rb")\b|\\[ \t]*$")
    plain = re.compile(
        rb"[ \t\f]*@[ \t]*(?:\w+\.)*(?:"
        + choice
        + rb")[ \t]*\(\s*"
        + _OTHER_ARGUMENTS
        + rb"name\s*=\s*(?:([\"'])(?P<name>\w+)\1\s*[,)]|[A-Za-z_][\w.]*\s*[,()])"
    )
    spelled: dict[str, list[Path]] = {}
    unclear: list[Path] = []
    for path, content in contents.items():
        for line in _DECORATOR.finditer(content):
            clear = plain.match(content, line.start())
            if clear is not None:
                spelled.setdefault((clear["name"] or b"").decode("ascii", "replace"), []).append(path)
            elif mention.search(line[1]):
                unclear.append(path)
    return spelled, unclear


class _Found:
    """What has been parsed so far."""

    def __init__(self, named: Callable[[Path], Iterable[NamedFlow]]) -> None:
        self._named = named
        self._parsed: set[Path] = set()
        self.flows: dict[str, list[NamedFlow]] = {}

    def count(self, name: str) -> int:
        return len(self.flows.get(name, ()))

    def at_most(self, name: str, spelled: list[Path]) -> int:
        return self.count(name) + sum(path not in self._parsed for path in spelled)

    def parse(self, path: Path) -> None:
        if path not in self._parsed:
            self._parsed.add(path)
            for flow in self._named(path):
                self.flows.setdefault(flow.name, []).append(flow)

    def result(self) -> NamesInUse:
        counts = {name: len(flows) for name, flows in self.flows.items() if name}
        most = max(counts.values(), default=0)
        usual = tuple(sorted(name for name, count in counts.items() if count == most))
        flows = {name: tuple(sorted(self.flows[name], key=lambda f: f.place.path)) for name in sorted(counts)}
        return NamesInUse(usual, flows, "" in self.flows)
