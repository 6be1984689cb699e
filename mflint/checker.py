"""Applies the rules to the files of a project: which rule sees what, and where its findings stand."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mflint.context import Context
from mflint.diagnostics import (
    Applicability,
    Finding,
    Fix,
    Place,
    Problem,
    Related,
    Report,
    Silence,
    Span,
    Violation,
)
from mflint.edits import Editor, NoRoom
from mflint.model import Flow, FlowFile, Step
from mflint.project import Project
from mflint.rules import Rule, all_rules
from mflint.settings import Settings, enabled_rules, is_fixable, selected_rules
from mflint.source import SourceError
from mflint.suppressions import (
    Suppression,
    UnusedSuppression,
    apply_suppressions,
    read_suppressions,
    requiring_reason,
)


class RuleError(Exception):
    """A rule that raised; the text says which one, and whose fault it is."""

    def __init__(self, rule: Rule, error: Exception) -> None:
        named = f"rule {rule.code} [{rule.name}]"
        super().__init__(f"{named} failed: {_described(error)}; this is a bug in {_owner(rule)}")


class Checker:
    """Collects what the rules say of one file after the other."""

    def __init__(self, project: Project, settings: Settings) -> None:
        self.project = project
        self._settings = settings
        self._selected = selected_rules(settings)
        self._findings: list[Finding] = []
        self._problems: list[Problem] = []
        self._silences: Counter[str] = Counter()
        self._sources: dict[Path, str] = {}
        self._flows = 0

    def report(self, files: int) -> Report:
        """All findings so far, of a run that looked at so many files."""
        findings = tuple(sorted(self._findings, key=lambda finding: finding.sort_key))
        return Report(findings, tuple(self._problems), files, self._flows, self._silences, self._sources)

    def check(self, path: Path) -> None:
        """Add what the rules say of the file at `path`; a rule that fails costs this file, not the run."""
        try:
            flows = self.project.flows(path)
            if flows:
                self._flows += len(flows)
                self._check(path, flows)
        except SourceError as error:
            self.fail(error)
        except RuleError as error:
            self._problems.append(Problem(path, str(error)))
        except Exception as error:
            self._problems.append(Problem(path, f"{_described(error)}; this is a bug in mflint"))

    def fail(self, error: SourceError) -> None:
        """Report a file that cannot be read or parsed."""
        for rule in all_rules().values():
            if rule.subject == SourceError.__name__:
                violations = (found for found in rule.check(error) if isinstance(found, Violation))
                self._findings.extend(self._finding(rule, violation, {}, None) for violation in violations)
        text = self.project.text(error.path)
        if text is not None:
            self._sources[error.path] = text

    def _check(self, path: Path, flows: tuple[Flow, ...]) -> None:
        file, source = self.project.file(path), self.project.source(path)
        rules = enabled_rules(self._settings, path, self._selected)
        context = self._context(file, flows)
        violations = list(self._violations(rules, context))
        spans = self._spans(place for _, violation in violations for place in _places(violation))
        editor = Editor(source)
        findings = _distinct(self._finding(rule, violation, spans, editor) for rule, violation in violations)
        suppressions = read_suppressions(source.text)
        asked = requiring_reason(suppressions, findings)
        findings += tuple(self._about_comments(Suppression, asked, rules, context, editor))
        kept, unused = apply_suppressions(findings, suppressions, rules)
        late = self._about_comments(UnusedSuppression, unused, rules, context, editor)
        self._findings.extend([*kept, *apply_suppressions(late, suppressions, rules)[0]])
        self._sources[path] = source.text

    def _violations(self, rules: Sequence[Rule], context: Context) -> Iterator[tuple[Rule, Violation]]:
        for rule in rules:
            for subject, flow, step in _subjects(rule, context.file, context.flows):
                for found in self._yielded(rule, subject, context):
                    if isinstance(found, Silence):
                        self._silences[f"{rule.code} [{rule.name}]: {found.reason}"] += 1
                    elif found.place.path == context.file.path:
                        yield rule, replace(found, flow=found.flow or flow, step=found.step or step)

    def _context(self, file: FlowFile, flows: tuple[Flow, ...]) -> Context:
        settings = self._settings
        return Context(
            file=file,
            flows=flows,
            project=self.project,
            test_mode_parameter=settings.test_mode_parameter,
            metaflow_version=_version_numbers(settings.metaflow_version),
            project_name=settings.project_name,
            require_reason=settings.require_reason,
        )

    def _yielded(self, rule: Rule, subject: object, context: Context) -> Iterator[Violation | Silence]:
        written = self._settings.options.get(rule.name, {})
        options = {name.replace("-", "_"): value for name, value in written.items()}
        arguments = (subject, context) if rule.takes_context else (subject,)
        try:
            for found in rule.check(*arguments, **options):
                if not isinstance(found, Violation | Silence):
                    raise TypeError(f"it yielded {found!r}, neither a Violation nor a Silence")
                yield found
        except Exception as error:
            raise RuleError(rule, error) from error

    def _about_comments(
        self,
        kind: type[Suppression],
        comments: Iterable[Suppression],
        rules: Sequence[Rule],
        context: Context,
        editor: Editor,
    ) -> Iterator[Finding]:
        about = [rule for rule in rules if rule.subject == kind.__name__]
        for comment in comments if about else ():
            for rule in about:
                for found in self._yielded(rule, comment, context):
                    if isinstance(found, Violation):
                        place = Place(context.file.path, span=comment.span)
                        yield self._finding(rule, replace(found, place=place), {}, editor)

    def _spans(self, places: Iterable[Place]) -> Mapping[Any, Span]:
        nodes: dict[Path, list[Any]] = {}
        for place in places:
            if place.span is None:
                nodes.setdefault(place.path, []).append(place.node)
        spans: dict[Any, Span] = {}
        for path, wanted in nodes.items():
            spans.update(self.project.source(path).spans(wanted))
        return spans

    def _finding(
        self, rule: Rule, violation: Violation, spans: Mapping[Any, Span], editor: Editor | None
    ) -> Finding:
        fix = self._fix(rule, violation, editor)
        unsafe = self._settings.unsafe_fixes
        return Finding(
            code=rule.code,
            name=rule.name,
            severity=self._settings.severity.get(rule.name, rule.severity),
            message=violation.message,
            path=violation.place.path,
            span=_span(violation.place, spans),
            flow=violation.flow,
            step=violation.step,
            help=violation.help,
            related=tuple(Related(p.path, _span(p, spans), text) for p, text in violation.related),
            fix=fix,
            url=rule.url,
            fixable=fix is not None and (unsafe or fix.applicability is Applicability.SAFE),
        )

    def _fix(self, rule: Rule, violation: Violation, editor: Editor | None) -> Fix | None:
        """The fix of a violation; a remedy that fails costs the fix, not the finding."""
        remedy = violation.remedy
        if remedy is None or editor is None or not is_fixable(self._settings, rule):
            return None
        try:
            edits = sorted(dict.fromkeys(remedy.edits(editor)), key=lambda edit: (edit.start, edit.end))
        except NoRoom:
            return None
        except Exception as error:
            self._problems.append(
                Problem(
                    violation.place.path,
                    f"the fix of {rule.code}: {_described(error)}; this is a bug in {_owner(rule)}",
                )
            )
            return None
        return Fix(remedy.message, remedy.applicability, tuple(edits)) if edits else None


def _version_numbers(version: str | None) -> tuple[int, ...] | None:
    return tuple(int(part) for part in version.split(".")) if version is not None else None


def _owner(rule: Rule) -> str:
    return "mflint" if rule.builtin else f"the plugin {rule.module}"


def _described(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})"


def _distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings without those that say the same of the same place, as of a method that two steps call."""
    return tuple({(f.code, f.span, f.message): f for f in reversed(list(findings))}.values())[::-1]


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
