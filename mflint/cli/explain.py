"""`mflint explain`."""

from __future__ import annotations

import argparse
import json

from mflint.cli.exits import CLEAN, WRONG_USAGE
from mflint.cli.streams import say, write
from mflint.rules import Rule, all_rules
from mflint.settings.selectors import rule_suggestion


def run(options: argparse.Namespace) -> int:
    """Print the page of one rule."""
    rule = _found(options.rule)
    if rule is None:
        say(f"error: unknown rule `{options.rule}`{rule_suggestion(options.rule)}")
        return WRONG_USAGE
    write("\n".join([*_heading(rule), rule.page, *_options(rule)]) + "\n")
    return CLEAN


def _found(word: str) -> Rule | None:
    folded = word.casefold().replace("_", "-")
    rules = all_rules().values()
    return next((r for r in rules if folded in (r.code.casefold(), r.name)), None)


def _heading(rule: Rule) -> list[str]:
    always = ", always on" if rule.always else ""
    fix = f", {rule.fix.value} fix" if rule.fix is not None else ""
    return [
        f"# {rule.code} {rule.name}",
        "",
        f"Profile {rule.profile.value}, {rule.severity.value}{always}{fix}.",
        "",
    ]


def _options(rule: Rule) -> list[str]:
    if not rule.options:
        return []
    rows = [f"{name} = {_toml(value)}" for name, value in rule.options.items()]
    return ["", "## Defaults", "", "```toml", f"[tool.mflint.rules.{rule.name}]", *rows, "```"]


def _toml(value: object) -> str:
    return json.dumps(sorted(value) if isinstance(value, frozenset) else value, ensure_ascii=False)
