"""Applies the comments that silence findings, and finds those that silence nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from mflint.comments import Suppression, SuppressionKind, read_suppressions
from mflint.diagnostics import Finding
from mflint.rules import Rule, all_rules
from mflint.settings.selectors import rank, rule_suggestion, rules_named

__all__ = ["Suppression", "SuppressionKind", "apply_suppressions", "covers", "read_suppressions"]

UNUSED = "MF002"
"""The rule about suppressions; only its own code or name silences it, else each unused comment would."""


def covers(suppression: Suppression, finding: Finding, rule: Rule) -> bool:
    """Whether `suppression` silences `finding`, which `rule` made."""
    return next(_covering(suppression, finding, rule), None) is not None


def apply_suppressions(
    findings: Iterable[Finding], suppressions: Collection[Suppression], enabled: Collection[Rule]
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """The findings of one file, silenced where a comment says so, and what of the comments silenced nothing.

    An unused comment comes back with the selectors that are unused, one Suppression each, at the selector's
    place. A selector is not unused while a rule that it names is not among `enabled`.
    """
    used: set[tuple[Suppression, str]] = set()
    silenced = tuple(_silenced(finding, suppressions, used) for finding in findings)
    codes = {rule.code for rule in enabled}
    unused = (u for suppression in suppressions for u in _unused(suppression, used, codes))
    return silenced, tuple(unused)


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
    for selector in suppression.selectors or ("",):
        exact = selector in (rule.code, rule.name)
        if exact or (rule.code != UNUSED and (not selector or rank(selector, rule) >= 0)):
            yield selector


def _unused(
    suppression: Suppression, used: set[tuple[Suppression, str]], enabled: set[str]
) -> Iterator[Suppression]:
    if suppression.kind is SuppressionKind.MALFORMED or _is_idle(suppression, used):
        yield suppression
    for selector, place in zip(suppression.selectors, suppression.places, strict=True):
        if (suppression, selector) in used:
            continue
        one = replace(suppression, selectors=(selector,), places=(place,), span=place)
        rules = rules_named(selector)
        if not rules:
            yield replace(one, unknown=True, hint=rule_suggestion(selector))
        elif all(rule.code in enabled and rule.code != UNUSED for rule in rules):
            yield one


def _is_idle(suppression: Suppression, used: set[tuple[Suppression, str]]) -> bool:
    """Whether it names no rule and silences nothing; a bare `noqa` may be there for another linter."""
    bare = not suppression.selectors and suppression.kind is not SuppressionKind.NOQA
    return bare and (suppression, "") not in used
