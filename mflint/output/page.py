"""A rule's documentation page, as `mflint explain` prints it and as the site shows it."""

from __future__ import annotations

import json

from mflint.rules import Rule


def page(rule: Rule) -> str:
    """The page in Markdown: what is known of the rule, its docstring, and the defaults of its options."""
    return "\n".join([*_heading(rule), rule.page, *_defaults(rule)]) + "\n"


def _heading(rule: Rule) -> list[str]:
    always = ", always on" if rule.always else ""
    fix = f", {rule.fix.value} fix" if rule.fix is not None else ""
    return [
        f"# {rule.code} {rule.name}",
        "",
        f"Profile {rule.profile.value}, {rule.severity.value}{always}{fix}.",
        "",
    ]


def _defaults(rule: Rule) -> list[str]:
    if not rule.options:
        return []
    rows = [f"{name} = {_toml(value)}" for name, value in rule.options.items()]
    return ["", "## Defaults", "", "```toml", f"[tool.mflint.rules.{rule.name}]", *rows, "```"]


def _toml(value: object) -> str:
    return json.dumps(sorted(value) if isinstance(value, frozenset) else value, ensure_ascii=False)
