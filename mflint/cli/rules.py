"""`mflint rules`."""

from __future__ import annotations

import argparse
import json

from mflint.cli.exits import CLEAN
from mflint.cli.streams import write
from mflint.output.table import table
from mflint.rules import Rule, all_rules


def run(options: argparse.Namespace) -> int:
    """Print all rules."""
    rules = list(all_rules().values())
    if options.output_format == "json":
        write(json.dumps({"version": 1, "rules": [_facts(rule) for rule in rules]}, indent=2) + "\n")
    else:
        rows = [(r.code, r.name, r.profile.value, r.severity.value, _fix(r) or "", r.summary) for r in rules]
        write(table(("CODE", "NAME", "PROFILE", "SEVERITY", "FIX", "FINDS"), rows))
    return CLEAN


def _fix(rule: Rule) -> str | None:
    return rule.fix.value if rule.fix is not None else None


def _facts(rule: Rule) -> dict[str, object]:
    options = {k: list(v) if isinstance(v, tuple | frozenset) else v for k, v in rule.options.items()}
    return {
        "code": rule.code,
        "name": rule.name,
        "profile": rule.profile.value,
        "severity": rule.severity.value,
        "summary": rule.summary,
        "always": rule.always,
        "fix": _fix(rule),
        "options": options,
    }
