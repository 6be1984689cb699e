"""What the flows' decorators declare, as a requirements file for pip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mflint.analysis.decorators.packages import DeclaredPackage, declared_packages
from mflint.model import Flow
from mflint.output.paths import printable

_SPECIFIERS = ("<", ">", "!", "~", "@", "==")
"""A version that begins so is taken as it is, any other is an exact one.

So says metaflow/plugins/pypi/pip.py, but for `==`, which it doubles.
"""


@dataclass(frozen=True, slots=True)
class Requirements:
    """The text of the file, and a line for each package that it leaves out."""

    text: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Declared:
    requirement: str
    name: str
    exact: bool
    via: str


def requirements(flows: Iterable[Flow]) -> Requirements:
    """One line for each package, with the decorators that ask for it, sorted by name.

    A package without a version agrees with any. One that is declared with different versions is left out and
    stands in comments.
    """
    declared = [(package, flow.name) for flow in flows for package in declared_packages(flow)]
    by_name: dict[str, list[_Declared]] = {}
    for package, flow in declared:
        if package.name:
            by_name.setdefault(_normalised(package.name), []).append(_read(package, flow))
    unreadable = sorted({_via(package, flow) for package, flow in declared if not package.name})
    lines: list[str] = []
    warnings: list[str] = []
    for _, group in sorted(by_name.items()):
        versions = _versions(group)
        if len(versions) > 1:
            warnings.append(_conflict(group[0].name, versions))
        lines += _lines(group[0].name, versions)
    lines += [f"# unknown: the packages of {via} are computed" for via in unreadable]
    return Requirements("\n".join(lines or ["# no flow declares packages"]) + "\n", tuple(warnings))


def _read(package: DeclaredPackage, flow: str) -> _Declared:
    name = printable(package.name.rpartition("::")[2].strip())
    version = printable(package.version.strip())
    return _Declared(_requirement(name, version), name, bool(version), _via(package, flow))


def _requirement(name: str, version: str) -> str:
    if version.startswith("@"):
        return f"{name} {version}"
    return f"{name}{version}" if not version or version.startswith(_SPECIFIERS) else f"{name}=={version}"


def _via(package: DeclaredPackage, flow: str) -> str:
    place = f"{flow}.{package.step}" if package.step else flow
    return f"{place} @{package.decorator}"


def _versions(group: Sequence[_Declared]) -> Mapping[str, list[str]]:
    """The different requirements of one package, with what asks for each."""
    exact = [declared for declared in group if declared.exact]
    if not exact or len({_without_name(declared) for declared in exact}) == 1:
        return {(exact or group)[0].requirement: sorted({declared.via for declared in group})}
    versions: dict[str, list[str]] = {}
    for declared in sorted(group, key=lambda declared: (declared.requirement, declared.via)):
        versions.setdefault(declared.requirement, []).append(declared.via)
    return versions


def _without_name(declared: _Declared) -> str:
    return declared.requirement[len(declared.name) :].replace(" ", "")


def _lines(name: str, versions: Mapping[str, Sequence[str]]) -> Iterator[str]:
    conflict = len(versions) > 1
    if conflict:
        yield f"# {name} is declared with different versions:"
    for requirement, via in versions.items():
        yield f"{'#   ' * conflict}{requirement}  # via {', '.join(dict.fromkeys(via))}"


def _conflict(name: str, versions: Iterable[str]) -> str:
    return f"warning: `{name}` is declared with different versions ({', '.join(versions)}) and left out"


def _normalised(name: str) -> str:
    """The name as pip compares it, without the channel that conda may have in front."""
    return re.sub(r"[-_.]+", "-", name.rpartition("::")[2].strip()).lower()
