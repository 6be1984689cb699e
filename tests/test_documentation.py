"""The site and the tools say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mflint.rules import DOCUMENTATION, all_rules

ROOT = Path(__file__).parents[1]
RULES = [rule for rule in all_rules().values() if rule.builtin]


def test_findings_link_to_where_the_site_is_published() -> None:
    site = re.search(r"^site_url: (\S+)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert site is not None
    assert site.group(1) == DOCUMENTATION
    assert f'Documentation = "{DOCUMENTATION}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_site_has_the_page_that_each_finding_links_to(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="the extra `docs` is not installed")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    config = load_config(
        str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path), theme={"name": "mkdocs"}, strict=True
    )
    build(config)
    missing = [
        rule.url
        for rule in RULES
        if not (tmp_path / (rule.url or "").removeprefix(DOCUMENTATION) / "index.html").is_file()
    ]
    assert missing == []
    index = (tmp_path / "rules" / "index.html").read_text(encoding="utf-8")
    assert [rule.code for rule in RULES if f"<td>{rule.code}</td>" not in index] == []
