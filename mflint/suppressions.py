"""Applies the comments that silence findings, and finds those that silence nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, replace

from mflint.comments import Suppression, SuppressionKind, UnusedSuppression, read_suppressions
from mflint.diagnostics import Finding
from mflint.rules import Rule, all_rules
from mflint.settings.selectors import rank, rule_suggestion, rules_named

__all__ = [
    "Suppression",
    "SuppressionKind",
    "UnusedSuppression",
    "apply_suppressions",
    "covers",
    "read_suppressions",
    "requiring_reason",
]

UNUSED = "MF002"
WITHOUT_REASON = "MF003"
ABOUT_COMMENTS = (UNUSED, WITHOUT_REASON)
"""The rules about suppressions; only their own code or name silences them, else each such comment would."""


def covers(suppression: Suppression, finding: Finding, rule: Rule) -> bool:
    """Whether `suppression` silences `finding`, which `rule` made."""
    return next(_covering(suppression, finding, rule), None) is not None


def apply_suppressions(
    findings: Iterable[Finding], suppressions: Collection[Suppression], enabled: Collection[Rule]
) -> tuple[tuple[Finding, ...], tuple[UnusedSuppression, ...]]:
    """The findings of one file, silenced where a comment says so, and what of the comments silenced nothing.

    An unused comment comes back with the selectors that are unused, one UnusedSuppression each, at the
    selector's place. A selector is not unused while a rule that it names is not among `enabled`.
    """
    used: set[tuple[Suppression, str]] = set()
    silenced = tuple(_silenced(finding, suppressions, used) for finding in findings)
    codes = {rule.code for rule in enabled}
    unused = (u for suppression in suppressions for u in _unused(suppression, used, codes))
    return silenced, tuple(unused)


def requiring_reason(
    suppressions: Iterable[Suppression], findings: Collection[Finding]
) -> Iterator[Suppression]:
    """The comments that may be asked why they silence; `findings` are those of the rules about code.

    A bare `noqa` may be there for another linter: it is asked where it silences one of these findings.
    """
    rules = all_rules()
    for suppression in suppressions:
        if suppression.kind is SuppressionKind.MALFORMED:
            continue
        foreign = suppression.kind is SuppressionKind.NOQA and not suppression.selectors
        if not foreign or any(covers(suppression, found, rules[found.code]) for found in findings):
            yield suppression


def _silenced(
    finding: Finding, suppressions: Collection[Suppression], used: set[tuple[Suppression, str]]
) -> Finding:
    rule = all_rules()[finding.code]
    reasons = []
    for suppression in suppressions:
        for selector in _covering(suppression, finding, rule):
            used.add((suppression, selector))
            reasons.append(suppression.reason)
    if not reasons:
        return finding
    return replace(finding, suppressed=next(filter(None, reasons), ""), fixable=False)


def _covering(suppression: Suppression, finding: Finding, rule: Rule) -> Iterator[str]:
    """The selectors of `suppression` that silence `finding`; an empty one where it silences every rule."""
    if rule.always or finding.span.start.line not in suppression.lines:
        return
    if rule.code == WITHOUT_REASON and not suppression.reason:
        return
    for selector in suppression.selectors or ("",):
        exact = selector in (rule.code, rule.name)
        if exact or (rule.code not in ABOUT_COMMENTS and (not selector or rank(selector, rule) >= 0)):
            yield selector


def _unused(
    suppression: Suppression, used: set[tuple[Suppression, str]], enabled: set[str]
) -> Iterator[UnusedSuppression]:
    if suppression.kind is SuppressionKind.MALFORMED or _is_idle(suppression, used):
        yield _as_unused(suppression)
    for selector, place in zip(suppression.selectors, suppression.places, strict=True):
        if (suppression, selector) in used:
            continue
        one = replace(_as_unused(suppression), selectors=(selector,), places=(place,), span=place)
        rules = rules_named(selector)
        if not rules:
            yield replace(one, unknown=True, hint=rule_suggestion(selector))
        elif all(rule.code in enabled and rule.code != UNUSED for rule in rules):
            yield one


def _as_unused(suppression: Suppression) -> UnusedSuppression:
    return UnusedSuppression(
        **{field.name: getattr(suppression, field.name) for field in fields(suppression)}
    )


def _is_idle(suppression: Suppression, used: set[tuple[Suppression, str]]) -> bool:
    """Whether it names no rule and silences nothing; a bare `noqa` may be there for another linter."""
    bare = not suppression.selectors and suppression.kind is not SuppressionKind.NOQA
    return bare and (suppression, "") not in used
