"""Makes the pages of the rules out of the rules themselves: a page for each, and the table of all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from mflint.output.page import page
from mflint.rules import Rule, all_rules

_INTRODUCTION = """\
# Rules

A rule is part of a profile. Each profile contains the one before it: `correctness` has what fails or loses
data when a flow runs, `recommended` (the default) adds the conventions, `strict` the whole guide. See
[configuration](../configuration.md) for how to choose. A rule of the profile `correctness` is an error, any
other a warning.

`mflint rules` prints this table, `mflint explain CODE` a rule's page.
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    rules = [rule for rule in all_rules().values() if rule.builtin]
    files.append(File.generated(config, "rules/index.md", content=_index(rules)))
    for rule in rules:
        files.append(File.generated(config, f"rules/{rule.name}.md", content=page(rule)))
    return files


def _index(rules: list[Rule]) -> str:
    return "\n".join([_INTRODUCTION, *(line for family in _families(rules) for line in family)]) + "\n"


def _families(rules: list[Rule]) -> Iterator[list[str]]:
    for package, found in groupby(rules, key=lambda rule: rule.module.rpartition(".")[0]):
        title = (__import__(package, fromlist=["__doc__"]).__doc__ or "").strip().partition("\n")[0]
        rows = [f"| {r.code} | [{r.name}]({r.name}.md) | {r.profile.value} | {r.summary} |" for r in found]
        yield [
            f"## {title.rstrip('.')}",
            "",
            "| code | name | profile | finds |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
