"""`mflint explain`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from mflint.cli.exits import CLEAN, WRONG_USAGE
from mflint.cli.streams import say, write
from mflint.output.page import page
from mflint.rules import Rule, all_rules
from mflint.settings import known_rules, load_settings
from mflint.settings.selectors import rule_suggestion


def run(options: argparse.Namespace) -> int:
    """Print the page of one rule."""
    rule = _found(options.rule, all_rules().values())
    if rule is None:
        rule = _found(options.rule, known_rules(load_settings(Path.cwd())))
    if rule is None:
        say(f"error: unknown rule `{options.rule}`{rule_suggestion(options.rule)}")
        return WRONG_USAGE
    write(page(rule))
    return CLEAN


def _found(word: str, rules: Iterable[Rule]) -> Rule | None:
    folded = word.casefold().replace("_", "-")
    return next((r for r in rules if folded in (r.code.casefold(), r.name)), None)
