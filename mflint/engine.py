"""From paths to a report. What needs a syntax tree is imported with the first file that may hold a flow."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from mflint.diagnostics import Problem, Report
from mflint.discovery import is_excluded, python_files
from mflint.modules import ModuleFinder
from mflint.prefilter import Prefilter
from mflint.settings import Settings
from mflint.source import Source, SourceError, SourceErrorKind, with_deep_stack

if TYPE_CHECKING:
    from mflint.checker import Checker
    from mflint.project import Project

Target: TypeAlias = tuple[Path | Problem, Settings]
"""A file to look at, or why it cannot be, and the settings for it."""


def open_project(
    settings: Settings, prefilter: Prefilter | None = None, given: Iterable[Path] = ()
) -> Project:
    """The project that `settings` belong to; `prefilter` holds the files that have been read already.

    Files that are `given` belong to it even if they are not on disk.
    """
    from mflint.project import Project

    def files() -> Iterator[Path]:
        yield from given
        yield from (found for found in python_files([settings.root], settings) if isinstance(found, Path))

    return Project(settings.root, files, prefilter)


def check_paths(
    paths: Sequence[Path],
    settings: Settings,
    *,
    force_exclude: bool = False,
    settings_of: Callable[[Path], Settings] | None = None,
) -> Report:
    """Check every Python file at or below `paths`.

    `settings` say which files there are; `settings_of` gives those of each file, where they differ.
    """
    wanted = targets(paths, settings, force_exclude=force_exclude, settings_of=settings_of)
    return with_deep_stack(lambda: Looks(wanted).look())


def check_text(data: bytes, path: Path, settings: Settings) -> Report:
    """Check `data` as if it were the content of `path`."""
    return with_deep_stack(lambda: Looks([(path, settings)], {path: data}).look())


def targets(
    paths: Sequence[Path],
    settings: Settings,
    *,
    force_exclude: bool = False,
    settings_of: Callable[[Path], Settings] | None = None,
) -> Iterator[Target]:
    """What `check_paths` looks at, each file with its settings."""
    named = {Path(os.path.abspath(path)) for path in paths} if not force_exclude else set()
    for found in python_files(paths, settings, force_exclude=force_exclude):
        path = found.path if isinstance(found, Problem) else found
        own = settings_of(path) if settings_of is not None else settings
        if own.root == settings.root or path in named or not is_excluded(path, own):
            yield found, own


class Looks:
    """Looks at the same files once or again, when some of them have been given another text.

    `data` holds the content of files that is not read from disk. One run of `mflint check` may have to do
    with several projects, each with its own settings.
    """

    def __init__(self, wanted: Iterable[Target], data: Mapping[Path, bytes] | None = None) -> None:
        self._wanted = wanted
        self._data = data or {}
        self._runs: dict[Path, _Run] = {}
        self._roots: dict[Path, Path] = {}

    def look(self) -> Report:
        """Check all files."""
        seen = []
        for found, settings in self._wanted:
            seen.append((found, settings))
            if settings.root not in self._runs:
                self._runs[settings.root] = _Run(settings, self._data)
            self._runs[settings.root].take(found)
            if isinstance(found, Path):
                self._roots[found] = settings.root
        self._wanted = seen
        return _merged([run.report() for run in self._runs.values()])

    def look_again(self, texts: Mapping[Path, Source]) -> Report:
        """Check all files once more with `texts`; those not among them are as they were at the first look."""
        self._runs = {root: run.followed_by(texts) for root, run in self._runs.items()}
        return self.look()

    def source(self, path: Path) -> Source:
        """The text of a file that has been looked at, and parsed."""
        return self._runs[self._roots[path]].checker.project.source(path)


class _Run:
    """What concerns the files of one project, as it goes from file to file."""

    def __init__(self, settings: Settings, data: Mapping[Path, bytes]) -> None:
        self._settings = settings
        self._data = data
        self.prefilter = Prefilter(ModuleFinder(settings.root))
        for path, content in data.items():
            self.prefilter.put(path, content)
        self.files = 0

    @cached_property
    def checker(self) -> Checker:
        """What parses and applies the rules."""
        from mflint.checker import Checker

        return Checker(open_project(self._settings, self.prefilter, self._data), self._settings)

    def followed_by(self, texts: Mapping[Path, Source]) -> _Run:
        """A run over the same project, with other texts; what is the same is not parsed again."""
        run = _Run(self._settings, self._data)
        for path, source in texts.items():
            run.prefilter.put(path, source.data)
        if "checker" in self.__dict__:
            run.checker.project.follow(self.checker.project, texts)
        return run

    def take(self, found: Path | Problem) -> None:
        """Check one file, or report why it cannot be looked at."""
        if isinstance(found, Problem):
            self.checker.fail(SourceError(found.path, SourceErrorKind.UNREADABLE, found.message))
        else:
            self._check(found)

    def _check(self, path: Path) -> None:
        self.files += 1
        if self.prefilter.may_hold_flows(path):
            self.checker.check(path)

    def report(self) -> Report:
        """What all files gave."""
        if "checker" not in self.__dict__:
            return Report((), (), self.files, 0)
        return self.checker.report(self.files)


def _merged(reports: Sequence[Report]) -> Report:
    """One report of all; where there is one, that one."""
    if len(reports) == 1:
        return reports[0]
    silences: Counter[str] = Counter()
    for report in reports:
        silences.update(report.silences)
    return Report(
        findings=tuple(sorted((f for r in reports for f in r.findings), key=lambda found: found.sort_key)),
        problems=tuple(problem for report in reports for problem in report.problems),
        files=sum(report.files for report in reports),
        flows=sum(report.flows for report in reports),
        silences=silences,
        sources={path: text for report in reports for path, text in report.sources.items()},
    )
