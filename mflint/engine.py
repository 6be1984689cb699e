"""From paths to a report. What needs a syntax tree is imported with the first file that may hold a flow."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mflint.diagnostics import Problem, Report
from mflint.discovery import is_excluded, python_files
from mflint.modules import ModuleFinder
from mflint.prefilter import Prefilter
from mflint.settings import Settings
from mflint.source import Source, SourceError, SourceErrorKind, with_deep_stack

if TYPE_CHECKING:
    from mflint.checker import Checker
    from mflint.project import Project


def open_project(settings: Settings, prefilter: Prefilter | None = None) -> Project:
    """The project that `settings` belong to; `prefilter` holds the files that have been read already."""
    from mflint.project import Project

    def files() -> Iterator[Path]:
        return (found for found in python_files([settings.root], settings) if isinstance(found, Path))

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
    runs: dict[Path, _Run] = {}
    named = {Path(os.path.abspath(path)) for path in paths} if not force_exclude else set()

    def check() -> Report:
        for found in python_files(paths, settings, force_exclude=force_exclude):
            path = found.path if isinstance(found, Problem) else found
            own = settings_of(path) if settings_of is not None else settings
            if own.root != settings.root and path not in named and is_excluded(path, own):
                continue
            if own.root not in runs:
                runs[own.root] = _Run(own)
            runs[own.root].take(found)
        return _merged([run.report() for run in runs.values()])

    return with_deep_stack(check)


def check_text(data: bytes, path: Path, settings: Settings) -> Report:
    """Check `data` as if it were the content of `path`."""
    run = _Run(settings)

    def check() -> Report:
        run.files += 1
        run.prefilter.put(path, data)
        if run.prefilter.may_hold_flows(path):
            try:
                run.checker.project.add(Source(path, data))
            except SourceError as error:
                run.checker.fail(error)
            else:
                run.checker.check(path)
        return run.report()

    return with_deep_stack(check)


class _Run:
    """One run of `mflint check`, as it goes from file to file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.prefilter = Prefilter(ModuleFinder(settings.root))
        self.files = 0

    @cached_property
    def checker(self) -> Checker:
        """What parses and applies the rules."""
        from mflint.checker import Checker

        return Checker(open_project(self._settings, self.prefilter), self._settings)

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
