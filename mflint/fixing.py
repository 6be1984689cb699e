"""Fixes the files of a run, round after round until nothing changes, and writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mflint.diagnostics import Finding, Problem, Report
from mflint.engine import Looks
from mflint.fixes import fix_once
from mflint.source import Source, SourceError, with_deep_stack
from mflint.writing import overwrite

MAX_IDLE_ROUNDS = 10
"""So many rounds in which a file gets no fewer fixable findings than it had before are taken for endless."""


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file that fixes have changed, and the findings that were fixed, in the order of the rounds."""

    before: Source
    after: Source
    fixed: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What the fixes came to: the files changed, by path, and the report on the files as they are now."""

    files: Mapping[Path, FixedFile]
    report: Report


def fix(looks: Looks) -> Fixed:
    """Make the fixes of all files in memory; nothing is written. The report says what is left to find."""
    return with_deep_stack(lambda: _Fixing(looks).result())


def write(fixed: Fixed, looks: Looks) -> Fixed:
    """Write what `fix` made of the files; a file that cannot be written counts as it is, and is a problem.

    To be called in the main thread, where Ctrl-C ends it in good order.
    """
    problems = []
    written: dict[Path, bytes] = {}
    for path, file in sorted(fixed.files.items()):
        target = path.resolve()
        if written.get(target) == file.after.data:
            continue
        reason = overwrite(target, file.before.data, file.after.data)
        if reason is None:
            written[target] = file.after.data
        else:
            problems.append(Problem(path, reason))
    if not problems:
        return fixed
    lost = {problem.path for problem in problems}
    kept = {path: file for path, file in fixed.files.items() if path not in lost}
    looked = with_deep_stack(lambda: looks.look_again({path: file.after for path, file in kept.items()}))
    before = [p for p in fixed.report.problems if p not in looked.problems]
    return Fixed(kept, _reported(looked, kept, [*before, *problems]))


def _reported(report: Report, files: Mapping[Path, FixedFile], problems: Sequence[Problem]) -> Report:
    fixed = tuple(finding for file in files.values() for finding in file.fixed)
    return replace(report, problems=(*report.problems, *problems), fixed=fixed)


@dataclass
class _Progress:
    """How one file fares. `refused` are codes and messages of findings whose fixes are not made any more."""

    before: Source
    after: Source
    fixed: list[Finding] = field(default_factory=list)
    refused: set[tuple[str, str]] = field(default_factory=set)
    fewest: int | None = None
    idle: int = 0

    def counts(self, findings: int) -> None:
        """Note how many fixable findings the file has in a round."""
        self.idle = 0 if self.fewest is None or findings < self.fewest else self.idle + 1
        self.fewest = findings if self.fewest is None else min(findings, self.fewest)


class _Fixing:
    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._files: dict[Path, _Progress] = {}
        self._given_up: set[Path] = set()
        self._problems: list[Problem] = []

    def result(self) -> Fixed:
        """Go through rounds until nothing changes."""
        report = self._looks.look()
        while self._round(report):
            report = self._looks.look_again(self._texts())
        files = {
            path: FixedFile(file.before, file.after, tuple(file.fixed))
            for path, file in self._files.items()
            if path not in self._given_up and file.after.data != file.before.data
        }
        return Fixed(files, _reported(report, files, self._problems))

    def _texts(self) -> dict[Path, Source]:
        kept = {path: file for path, file in self._files.items() if path not in self._given_up}
        return {path: file.after for path, file in kept.items() if file.after is not file.before}

    def _round(self, report: Report) -> bool:
        """Make fixes in each file; whether there may be more to do."""
        changed = False
        for path, findings in self._wanted(report).items():
            if path not in self._files:
                source = self._looks.source(path)
                self._files[path] = _Progress(source, source)
            changed |= self._fix(path, self._files[path], findings)
        return changed

    def _wanted(self, report: Report) -> Mapping[Path, list[Finding]]:
        """The findings to fix, by file."""
        wanted = defaultdict(list)
        for finding in report.findings:
            file = self._files.get(finding.path)
            refused = file is not None and (finding.code, finding.message) in file.refused
            if finding.fixable and not refused and finding.path not in self._given_up:
                wanted[finding.path].append(finding)
        return wanted

    def _fix(self, path: Path, file: _Progress, findings: Sequence[Finding]) -> bool:
        if not _can_be_encoded(file.before):
            return self._give_up(path, f"cannot be written back in its encoding {file.before.encoding}")
        file.counts(len(findings))
        if file.idle >= MAX_IDLE_ROUNDS:
            codes = ", ".join(sorted({finding.code for finding in findings}))
            reason = f"the fixes of {codes} come to no end, and none is made here; this is a bug in mflint"
            return self._give_up(path, reason)
        made = fix_once(file.after, findings)
        for finding in made.broken:
            file.refused.add((finding.code, finding.message))
            self._problems.append(Problem(path, _would_break(finding)))
        changed = made.source.data != file.after.data
        if changed:
            file.after = made.source
            file.fixed.extend(made.fixed)
        return changed or bool(made.broken)

    def _give_up(self, path: Path, reason: str) -> bool:
        """Leave a file as it was."""
        self._given_up.add(path)
        self._problems.append(Problem(path, reason))
        return self._files[path].after is not self._files[path].before


def _can_be_encoded(source: Source) -> bool:
    """Whether the bytes of a file come of its text again; those of some encodings do not."""
    try:
        return source.with_text(source.text).data == source.data
    except (UnicodeError, SourceError):
        return False


def _would_break(finding: Finding) -> str:
    place = f"{finding.span.start.line}:{finding.span.start.column}"
    return (
        f"the fix of {finding.code} at {place} would break the file and is not made; this is a bug in mflint"
    )
