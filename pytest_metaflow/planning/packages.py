"""Packages that a flow's decorators declare, compared with what this environment has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from mflint.analysis.decorators.packages import DeclaredPackage


@dataclass(frozen=True)
class Differing:
    """A declared package that is here in another version than declared."""

    declared: DeclaredPackage
    installed: str

    def __str__(self) -> str:
        """`pandas 2.0 instead of 1.5`"""
        return f"{self.declared.name} {self.installed} instead of {self.declared.version}"


@dataclass(frozen=True)
class Comparison:
    """What is missing and what differs; a name is listed once."""

    missing: tuple[DeclaredPackage, ...]
    differing: tuple[Differing, ...]


def compare(declared: Iterable[DeclaredPackage]) -> Comparison:
    """Look each package up among the installed ones.

    Packages that a decorator computes are passed over. A conda package is found under its import name too:
    some have another name on PyPI.
    """
    missing: dict[str, DeclaredPackage] = {}
    differing: dict[str, Differing] = {}
    for package in declared:
        name = package.name.rpartition("::")[2]
        if not name:
            continue
        installed = _installed(name)
        if installed is None:
            if not _importable(name):
                missing.setdefault(name, package)
        elif not _satisfies(installed, package.version):
            differing.setdefault(name, Differing(package, installed))
    return Comparison(tuple(missing.values()), tuple(differing.values()))


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except (metadata.PackageNotFoundError, ValueError):
        return None


def _importable(name: str) -> bool:
    try:
        return find_spec(name.partition("[")[0].replace("-", "_")) is not None
    except (ImportError, ValueError):
        return False


def _satisfies(installed: str, wanted: str) -> bool:
    """Whether a version fits what a decorator says; what cannot be read as a version fits."""
    wanted = wanted.strip()
    if wanted[:1].isdigit():
        wanted = f"=={wanted}"
    elif wanted.startswith("=") and not wanted.startswith("=="):
        wanted = f"=={wanted[1:].rstrip('.*')}.*"
    try:
        return SpecifierSet(wanted).contains(Version(installed), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True
