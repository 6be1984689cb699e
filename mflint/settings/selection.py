"""Which rules look at a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mflint.plugins import available
from mflint.rules import Rule, all_rules
from mflint.settings.model import Settings
from mflint.settings.patterns import matches
from mflint.settings.selectors import best_rank


def known_rules(settings: Settings) -> tuple[Rule, ...]:
    """mflint's own rules and those of the settings' plugins, in the order of their codes."""
    return tuple(rule for rule in all_rules().values() if available(rule, settings.plugins))


def selected_rules(settings: Settings) -> tuple[Rule, ...]:
    """The rules that are on, in the order of their codes; `per-file-ignores` aside.

    A rule is on if it is selected more closely than it is ignored: `ignore = ["MF2"]` with `select =
    ["MF201"]` leaves MF201 on, equally close selectors turn it off. No selector turns off a rule that
    always runs.
    """
    return tuple(rule for rule in known_rules(settings) if rule.always or _selected(settings, rule))


def enabled_rules(settings: Settings, path: Path, selected: Sequence[Rule] | None = None) -> tuple[Rule, ...]:
    """The rules for `path`: those `selected`, without the ones that the file is to ignore."""
    rules = selected_rules(settings) if selected is None else selected
    unwanted = _ignored_for(settings, path)
    return tuple(rule for rule in rules if rule.always or best_rank(unwanted, rule) < 0)


def is_fixable(settings: Settings, rule: Rule) -> bool:
    """Whether the fixes of `rule` may be made: it is named more closely as fixable than as unfixable."""
    return best_rank(settings.fixable, rule) > best_rank(settings.unfixable, rule)


def _selected(settings: Settings, rule: Rule) -> bool:
    wanted = best_rank((*settings.select, *settings.extend_select), rule)
    if not settings.select and settings.profile.includes(rule.profile):
        wanted = max(wanted, 0)
    return wanted > best_rank(settings.ignore, rule)


def _ignored_for(settings: Settings, path: Path) -> tuple[str, ...]:
    path = path.absolute()
    patterns = settings.per_file_ignores.items()
    return tuple(s for pattern, found in patterns if matches(pattern, path, settings.root) for s in found)
