"""What an author of rules tests them with: real source through the real checker, and exact places.

    from mflint.testing import finds, passes

    def test_too_much_memory_is_found() -> None:
        finds(resource_limits, BAD, "5:5", options={"memory": 16_000})

`source` is the text of a flow file, dedented; `files` are other files of the project, by path; `options` are
named as in the settings or as in the rule. Raises AssertionError where the rule finds something else, and
where it or the source is broken.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from mflint.diagnostics import Finding, Report
from mflint.engine import check_paths
from mflint.rules import Check, Rule, all_rules
from mflint.settings import Settings

__all__ = ["findings", "finds", "passes", "verify_page"]

_BLOCK = re.compile(r'^```python title="(bad|good)"\n(.*?)^```', re.MULTILINE | re.DOTALL)
_FINDS = re.compile(r"^Finds: (.*)$", re.MULTILINE)


def finds(
    check: Check,
    source: str,
    *places: str,
    options: Mapping[str, Any] | None = None,
    files: Mapping[str, str] | None = None,
) -> None:
    """Assert that the rule finds something at exactly `places`, in the order of the file.

    A place is "LINE:COLUMN", both from 1, or "LINE:COLUMN message" where the message matters too.
    """
    found = findings(check, source, options=options, files=files)
    shown = [_shown(finding) for finding in found]
    matching = len(shown) == len(places) and all(
        line == place or line.partition(" ")[0] == place for line, place in zip(shown, places, strict=True)
    )
    assert matching, _difference(_rule(check), places, shown)


def passes(
    check: Check,
    source: str,
    *,
    options: Mapping[str, Any] | None = None,
    files: Mapping[str, str] | None = None,
) -> None:
    """Assert that the rule finds nothing."""
    finds(check, source, options=options, files=files)


def findings(
    check: Check,
    source: str,
    *,
    options: Mapping[str, Any] | None = None,
    files: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """What the rule finds, comments that silence it respected."""
    rule = _rule(check)
    with tempfile.TemporaryDirectory(prefix="mflint-") as folder:
        root = Path(folder).resolve()
        for name, text in {**(files or {}), "flow.py": source}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        report = check_paths([root / "flow.py"], _settings(rule, root, options or {}))
    _refuse_broken(report, rule)
    return tuple(found for found in report.findings if found.suppressed is None)


def verify_page(check: Check) -> None:
    """Assert what the rule's docstring claims: each bad example has the findings of the next line that begins
    with `Finds:` (such as `Finds: ACME001 at 7:5, ACME001 at 9:5`), and each good example none."""
    rule = _rule(check)
    blocks = _BLOCK.findall(rule.page)
    claims = _FINDS.findall(rule.page)
    bad = [text for kind, text in blocks if kind == "bad"]
    assert len(claims) == len(bad) > 0, f"{rule.code}: each bad example needs a line `Finds: …` below it"
    for text, claim in zip(bad, claims, strict=True):
        finds(check, text, *re.findall(rf"{rule.code} at (\d+:\d+)", claim))
    for kind, text in blocks:
        if kind == "good":
            passes(check, text)


def _rule(check: Check) -> Rule:
    found = next((rule for rule in all_rules().values() if rule.check is check), None)
    assert found is not None, f"{check.__name__} is no rule: declare it with `@rule(code, profile)`"
    return found


def _settings(rule: Rule, root: Path, options: Mapping[str, Any]) -> Settings:
    options = {name.replace("_", "-"): value for name, value in options.items()}
    unknown = options.keys() - rule.options.keys()
    assert not unknown, f"{rule.code} {rule.name} has no option {', '.join(sorted(unknown))}"
    plugins = () if rule.builtin else (rule.module,)
    return Settings(root, select=(rule.code,), plugins=plugins, options={rule.name: options})


def _refuse_broken(report: Report, rule: Rule) -> None:
    for problem in report.problems:
        raise AssertionError(problem.message)
    for found in report.findings:
        assert found.code == rule.code, f"{found.code} at {_shown(found)}"


def _shown(finding: Finding) -> str:
    start = finding.span.start
    return f"{start.line}:{start.column} {finding.message}"


def _difference(rule: Rule, places: tuple[str, ...], shown: list[str]) -> str:
    expected = "\n".join(f"  {place}" for place in places) or "  nothing"
    got = "\n".join(f"  {line}" for line in shown) or "  nothing"
    return f"{rule.code} {rule.name} should find\n{expected}\nand finds\n{got}"
