"""From paths to a report: which files are read, which rules see what, where findings stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mflint.context import Context
from mflint.diagnostics import Finding, Place, Problem, Related, Report, Silence, Span, Violation
from mflint.discovery import python_files
from mflint.model import Flow, FlowFile, Step
from mflint.project import Project
from mflint.rules import Rule, all_rules
from mflint.settings import Settings, enabled_rules
from mflint.source import Source, SourceError, SourceErrorKind, with_deep_stack
from mflint.suppressions import Suppression, apply_suppressions, read_suppressions


def open_project(settings: Settings) -> Project:
    """The project that `settings` belong to."""

    def files() -> Iterator[Path]:
        return (found for found in python_files([settings.root], settings) if isinstance(found, Path))

    return Project(settings.root, files)


def check_paths(paths: Sequence[Path], settings: Settings, *, force_exclude: bool = False) -> Report:
    """Check every Python file at or below `paths`."""
    run = _Run(open_project(settings), settings)

    def check() -> Report:
        for found in python_files(paths, settings, force_exclude=force_exclude):
            if isinstance(found, Problem):
                run.fail(SourceError(found.path, SourceErrorKind.UNREADABLE, found.message))
            else:
                run.check(found)
        return run.report()

    return with_deep_stack(check)


def check_text(data: bytes, path: Path, settings: Settings) -> Report:
    """Check `data` as if it were the content of `path`."""
    run = _Run(open_project(settings), settings)

    def check() -> Report:
        try:
            run.project.add(Source(path, data))
        except SourceError as error:
            run.fail(error)
        else:
            run.check(path)
        return run.report()

    return with_deep_stack(check)


@dataclass
class _Run:
    """One run of `mflint check`, as it goes from file to file."""

    project: Project
    settings: Settings
    findings: list[Finding] = field(default_factory=list)
    silences: Counter[str] = field(default_factory=Counter)
    sources: dict[Path, str] = field(default_factory=dict)
    files: int = 0
    flows: int = 0

    def report(self) -> Report:
        findings = tuple(sorted(self.findings, key=lambda finding: finding.sort_key))
        return Report(findings, (), self.files, self.flows, self.silences, self.sources)

    def check(self, path: Path) -> None:
        """Add what the rules say of the file at `path`."""
        self.files += 1
        try:
            flows = self.project.flows(path)
            if flows:
                self.flows += len(flows)
                self._check(path, flows)
        except SourceError as error:
            self.fail(error)

    def fail(self, error: SourceError) -> None:
        """Report a file that cannot be read or parsed."""
        for rule in all_rules().values():
            if rule.subject == SourceError.__name__:
                violations = (found for found in rule.check(error) if isinstance(found, Violation))
                self.findings.extend(self._finding(rule, violation, {}) for violation in violations)
        text = self.project.text(error.path)
        if text is not None:
            self.sources[error.path] = text

    def _check(self, path: Path, flows: tuple[Flow, ...]) -> None:
        file, source = self.project.file(path), self.project.source(path)
        rules = enabled_rules(self.settings, path)
        violations = list(self._violations(rules, file, flows))
        spans = self._spans(place for _, violation in violations for place in _places(violation))
        findings = dict.fromkeys(self._finding(rule, violation, spans) for rule, violation in violations)
        suppressions = read_suppressions(source.text)
        kept, unused = apply_suppressions(tuple(findings), suppressions, rules)
        self.findings.extend(kept)
        for rule in rules:
            if rule.subject == Suppression.__name__:
                self.findings.extend(self._unused(rule, unused, path))
        self.sources[path] = source.text

    def _violations(
        self, rules: Sequence[Rule], file: FlowFile, flows: tuple[Flow, ...]
    ) -> Iterator[tuple[Rule, Violation]]:
        context = Context(
            file, flows, self.project.names, self.project.modules, self.settings.test_mode_parameter
        )
        for rule in rules:
            for subject, flow, step in _subjects(rule, file, flows):
                for found in self._yielded(rule, subject, context):
                    if isinstance(found, Silence):
                        self.silences[f"{rule.code} [{rule.name}]: {found.reason}"] += 1
                    elif found.place.path == file.path:
                        yield rule, replace(found, flow=found.flow or flow, step=found.step or step)

    def _yielded(self, rule: Rule, subject: object, context: Context) -> Iterator[Violation | Silence]:
        written = self.settings.options.get(rule.name, {})
        options = {name.replace("-", "_"): value for name, value in written.items()}
        arguments = (subject, context) if rule.takes_context else (subject,)
        return rule.check(*arguments, **options)

    def _unused(self, rule: Rule, unused: Iterable[Suppression], path: Path) -> Iterator[Finding]:
        for suppression in unused:
            for found in rule.check(suppression):
                if isinstance(found, Violation):
                    place = Place(path, span=suppression.span)
                    yield self._finding(rule, replace(found, place=place), {})

    def _spans(self, places: Iterable[Place]) -> Mapping[Any, Span]:
        nodes: dict[Path, list[Any]] = {}
        for place in places:
            if place.span is None:
                nodes.setdefault(place.path, []).append(place.node)
        spans: dict[Any, Span] = {}
        for path, wanted in nodes.items():
            spans.update(self.project.source(path).spans(wanted))
        return spans

    def _finding(self, rule: Rule, violation: Violation, spans: Mapping[Any, Span]) -> Finding:
        return Finding(
            code=rule.code,
            name=rule.name,
            severity=self.settings.severity.get(rule.name, rule.severity),
            message=violation.message,
            path=violation.place.path,
            span=_span(violation.place, spans),
            flow=violation.flow,
            step=violation.step,
            help=violation.help,
            related=tuple(Related(p.path, _span(p, spans), text) for p, text in violation.related),
        )


def _subjects(
    rule: Rule, file: FlowFile, flows: tuple[Flow, ...]
) -> Iterator[tuple[object, str | None, str | None]]:
    """What the rule looks at in the file, each with the flow and the step that its findings belong to."""
    if rule.subject == FlowFile.__name__:
        yield file, None, None
    elif rule.subject == Flow.__name__:
        for flow in flows:
            yield flow, flow.name, None
    elif rule.subject == Step.__name__:
        seen = set()
        for flow in flows:
            for step in flow.steps.values():
                if step.file is file and step.function not in seen:
                    seen.add(step.function)
                    yield step, flow.name, step.name


def _places(violation: Violation) -> Iterator[Place]:
    yield violation.place
    yield from (place for place, _ in violation.related)


def _span(place: Place, spans: Mapping[Any, Span]) -> Span:
    return place.span if place.span is not None else spans[place.node]
