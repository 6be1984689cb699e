"""Which files to look at: a walk that leaves out what git and the settings leave out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from mflint.diagnostics import Problem
from mflint.gitignore import IgnoreRules
from mflint.settings import Settings
from mflint.settings.patterns import matches

DEFAULT_EXCLUDES = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".metaflow",
    ".mypy_cache",
    ".nox",
    ".pyenv",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)


def python_files(
    paths: Sequence[Path], settings: Settings, *, force_exclude: bool = False
) -> Iterator[Path | Problem]:
    """The files that `paths` stand for, as absolute paths, each once, those of a folder in order.

    A path given is taken whatever is excluded, unless `force_exclude` is set; a folder yields `*.py` files.
    Links to folders are not followed. A path that cannot be looked at is yielded as a Problem.
    """
    seen: set[Path] = set()
    for given in paths:
        path = Path(os.path.abspath(given))
        if force_exclude and is_excluded(path, settings):
            continue
        for found in _expanded(path, settings):
            key = found.path if isinstance(found, Problem) else found
            if key not in seen:
                seen.add(key)
                yield found


def is_excluded(path: Path, settings: Settings) -> bool:
    """Whether the default excludes or `exclude` leave out `path`, or a folder between it and the root."""
    path = Path(os.path.abspath(path))
    parents = [p for p in path.parents if p != settings.root and p.is_relative_to(settings.root)]
    return any(_left_out(p, settings) for p in (path, *parents))


def _left_out(path: Path, settings: Settings) -> bool:
    return path.name in DEFAULT_EXCLUDES or any(matches(p, path, settings.root) for p in settings.exclude)


def _expanded(path: Path, settings: Settings) -> Iterator[Path | Problem]:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield _problem(path, error)
        return
    if stat.S_ISDIR(mode):
        yield from _walk(path, settings, IgnoreRules.above(path, settings.root))
    elif stat.S_ISREG(mode):
        yield path
    else:
        yield Problem(path, "Not a regular file")


def _walk(top: Path, settings: Settings, rules: IgnoreRules) -> Iterator[Path | Problem]:
    waiting = [(top, rules)]
    while waiting:
        folder, ignored = waiting.pop()
        try:
            listed = _listed(folder)
        except OSError as error:
            yield _problem(folder, error)
            continue
        if any(entry.name == ".gitignore" for entry in listed):
            ignored = ignored.within(folder)
        wanted = [entry for entry in listed if _is_wanted(entry, settings, ignored)]
        yield from (Path(entry.path) for entry in wanted if not _is_folder(entry))
        waiting.extend((Path(entry.path), ignored) for entry in reversed(wanted) if _is_folder(entry))


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _is_wanted(entry: os.DirEntry[str], settings: Settings, ignored: IgnoreRules) -> bool:
    is_folder = _is_folder(entry)
    if not is_folder and not _is_python(entry):
        return False
    path = Path(entry.path)
    return not _left_out(path, settings) and not ignored.match(path, is_folder)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _is_python(entry: os.DirEntry[str]) -> bool:
    if not entry.name.endswith(".py"):
        return False
    try:
        return entry.is_file()
    except OSError:
        return False


def _problem(path: Path, error: Exception) -> Problem:
    text = error.strerror if isinstance(error, OSError) else None
    return Problem(path, text or str(error))
