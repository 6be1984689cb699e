from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mflint.diagnostics import Applicability, Severity
from mflint.engine import Looks, check_text
from mflint.fixing import Fixed, fix
from mflint.rules import Profile, Rule, all_rules
from mflint.settings import Settings, load_settings
from tests.mflint.flow_projects import write

RULES = tuple(all_rules().values())
HEADINGS = [
    "## What it does",
    "## Why it matters",
    "## Example",
    "## Fix safety",
    "## Options",
    "## References",
]
PLACE = re.compile(r"(MF\d{3}) at (\d+):(\d+)")


def named(rule: Rule) -> str:
    return f"{rule.code} {rule.name}"


@dataclass(frozen=True)
class Page:
    """A rule's page, taken apart; `others` are further files of the project that the examples are in."""

    bad: tuple[str, ...]
    good: tuple[str, ...]
    others: tuple[tuple[str, str], ...]
    finds: tuple[tuple[str, int, int], ...]

    @classmethod
    def of(cls, rule: Rule) -> Page:
        def blocks(title: str) -> tuple[str, ...]:
            found = re.findall(rf'^```python title="{title}"\n(.*?)^```', rule.page, re.MULTILINE | re.DOTALL)
            return tuple(found)

        line = re.search(r"^Finds: (.*)$", rule.page, re.MULTILINE)
        places = PLACE.findall(line.group(1)) if line else []
        others = re.findall(r'^```python title="(\S+\.py)"\n(.*?)^```', rule.page, re.MULTILINE | re.DOTALL)
        return cls(
            blocks("bad"), blocks("good"), tuple(others), tuple((c, int(a), int(b)) for c, a, b in places)
        )


def settings_of(rule: Rule, root: Path) -> Settings:
    """The settings that the rule's page shows, if any; the other files that it shows are written."""
    write(root, dict(Page.of(rule).others))
    shown = re.search(r'^```toml title="mflint.toml"\n(.*?)^```', rule.page, re.MULTILINE | re.DOTALL)
    (root / "mflint.toml").write_text(shown.group(1) if shown else "")
    return replace(load_settings(root), profile=Profile.STRICT)


def settings_for_fix(rule: Rule, root: Path) -> Settings:
    """The same, with what the rule has to know for a fix."""
    name = "churn" if rule.code in ("MF201", "MF202") else ""
    return replace(settings_of(rule, root), project_name=name)


def findings(rule: Rule, code: str, root: Path) -> list[tuple[str, int, int]]:
    report = check_text(code.encode(), root / "flow.py", settings_of(rule, root))
    return [
        (found.code, found.span.start.line, found.span.start.column)
        for found in report.findings
        if found.code == rule.code
    ]


def repaired(rule: Rule, code: str, root: Path) -> Fixed:
    """What the fixes of the rule make of `code`, with those that may change behaviour."""
    path = root / "flow.py"
    path.write_text(code)
    settings = replace(
        settings_for_fix(rule, root), extend_select=(rule.code,), fixable=(rule.code,), unsafe_fixes=True
    )
    return fix(Looks([(path, settings)]))


WITH_EXAMPLES = [rule for rule in RULES if Page.of(rule).bad]


def test_there_are_exactly_these_rules_in_these_profiles() -> None:
    assert {rule.code: (rule.name, rule.profile, rule.always) for rule in RULES} == {
        "MF001": ("syntax-error", Profile.CORRECTNESS, True),
        "MF002": ("unused-suppression", Profile.RECOMMENDED, False),
        "MF003": ("suppression-without-reason", Profile.RECOMMENDED, False),
        "MF004": ("unreadable-file", Profile.CORRECTNESS, True),
        "MF101": ("not-only-flow-in-file", Profile.RECOMMENDED, False),
        "MF102": ("module-import-used-in-step", Profile.RECOMMENDED, False),
        "MF103": ("import-below-step-top", Profile.RECOMMENDED, False),
        "MF104": ("star-import", Profile.RECOMMENDED, False),
        "MF105": ("missing-main-guard", Profile.CORRECTNESS, False),
        "MF106": ("work-at-import", Profile.RECOMMENDED, False),
        "MF107": ("flow-name-suffix", Profile.STRICT, False),
        "MF108": ("generic-flow-name", Profile.STRICT, False),
        "MF109": ("duplicate-flow-name", Profile.STRICT, False),
        "MF110": ("flow-run-at-import", Profile.RECOMMENDED, False),
        "MF201": ("missing-project", Profile.RECOMMENDED, False),
        "MF202": ("inconsistent-project-name", Profile.RECOMMENDED, False),
        "MF203": ("missing-test-mode", Profile.RECOMMENDED, False),
        "MF204": ("test-mode-default", Profile.RECOMMENDED, False),
        "MF205": ("test-mode-in-production", Profile.RECOMMENDED, False),
        "MF206": ("unused-test-mode", Profile.RECOMMENDED, False),
        "MF207": ("unneeded-environment", Profile.STRICT, False),
        "MF208": ("parameter-evaluated-early", Profile.RECOMMENDED, False),
        "MF209": ("missing-parameter-help", Profile.STRICT, False),
        "MF210": ("invalid-project-name", Profile.CORRECTNESS, False),
        "MF211": ("invalid-parameter-name", Profile.CORRECTNESS, False),
        "MF212": ("project-attribute-without-project", Profile.CORRECTNESS, False),
        "MF213": ("parameter-default-type", Profile.CORRECTNESS, False),
        "MF301": ("missing-endpoint-docstring", Profile.RECOMMENDED, False),
        "MF302": ("missing-step-docstring", Profile.STRICT, False),
        "MF303": ("step-too-long", Profile.STRICT, False),
        "MF304": ("missing-flow-docstring", Profile.STRICT, False),
        "MF401": ("dataframe-artifact", Profile.RECOMMENDED, False),
        "MF402": ("library-artifact", Profile.STRICT, False),
        "MF403": ("function-artifact", Profile.CORRECTNESS, False),
        "MF404": ("unpicklable-artifact", Profile.CORRECTNESS, False),
        "MF405": ("missing-artifact-annotation", Profile.STRICT, False),
        "MF406": ("parameter-reassigned", Profile.CORRECTNESS, False),
        "MF407": ("reserved-artifact-name", Profile.CORRECTNESS, False),
        "MF408": ("del-inherited-artifact", Profile.CORRECTNESS, False),
        "MF409": ("read-only-mutated", Profile.CORRECTNESS, False),
        "MF501": ("no-start-step", Profile.CORRECTNESS, False),
        "MF502": ("no-end-step", Profile.CORRECTNESS, False),
        "MF503": ("missing-next", Profile.CORRECTNESS, False),
        "MF504": ("next-not-last", Profile.CORRECTNESS, False),
        "MF505": ("unknown-target", Profile.CORRECTNESS, False),
        "MF506": ("invalid-transition", Profile.CORRECTNESS, False),
        "MF507": ("unreachable-step", Profile.CORRECTNESS, False),
        "MF508": ("cycle", Profile.CORRECTNESS, False),
        "MF509": ("step-arguments", Profile.CORRECTNESS, False),
        "MF510": ("unbalanced-split", Profile.CORRECTNESS, False),
        "MF511": ("mixed-join", Profile.CORRECTNESS, False),
        "MF512": ("empty-foreach", Profile.CORRECTNESS, False),
        "MF513": ("invalid-switch", Profile.CORRECTNESS, False),
        "MF514": ("parallel-misuse", Profile.CORRECTNESS, False),
        "MF515": ("reserved-step-name", Profile.CORRECTNESS, False),
        "MF516": ("invalid-step-name", Profile.CORRECTNESS, False),
        "MF517": ("end-has-next", Profile.CORRECTNESS, False),
        "MF518": ("name-conflict", Profile.CORRECTNESS, False),
        "MF519": ("start-has-incoming", Profile.CORRECTNESS, False),
        "MF520": ("end-is-join", Profile.CORRECTNESS, False),
        "MF521": ("join-and-split", Profile.CORRECTNESS, False),
        "MF522": ("invalid-decorator-use", Profile.CORRECTNESS, False),
        "MF523": ("not-a-plain-step", Profile.CORRECTNESS, False),
        "MF601": ("undefined-artifact", Profile.CORRECTNESS, False),
        "MF602": ("possibly-undefined-artifact", Profile.CORRECTNESS, False),
        "MF603": ("artifact-lost-at-join", Profile.CORRECTNESS, False),
        "MF604": ("merge-conflict", Profile.CORRECTNESS, False),
        "MF605": ("invalid-foreach", Profile.CORRECTNESS, False),
        "MF606": ("input-outside-foreach", Profile.RECOMMENDED, False),
        "MF607": ("local-file-between-steps", Profile.RECOMMENDED, False),
        "MF608": ("inputs-index-order", Profile.STRICT, False),
        "MF609": ("invalid-merge", Profile.CORRECTNESS, False),
        "MF610": ("unknown-input", Profile.CORRECTNESS, False),
        "MF701": ("s3-outside-with", Profile.RECOMMENDED, False),
        "MF702": ("s3-and-resume", Profile.STRICT, False),
        "MF703": ("namespace-mismatch", Profile.RECOMMENDED, False),
        "MF704": ("flow-started-by-hand", Profile.RECOMMENDED, False),
        "MF705": ("resource-limit", Profile.RECOMMENDED, False),
        "MF706": ("configuration-in-code", Profile.RECOMMENDED, False),
        "MF707": ("conflicting-decorators", Profile.CORRECTNESS, False),
        "MF708": ("unsupported-by-target", Profile.CORRECTNESS, False),
        "MF709": ("unpinned-environment", Profile.STRICT, False),
    }


def test_only_a_file_without_findings_can_do_without_examples() -> None:
    assert [rule.code for rule in RULES if not Page.of(rule).bad] == ["MF004"]


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_is_called_like_its_module(rule: Rule) -> None:
    assert rule.name == Path(rule.check.__code__.co_filename).stem.replace("_", "-")


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_of_the_correctness_profile_is_an_error_and_no_other(rule: Rule) -> None:
    assert (rule.severity is Severity.ERROR) is (rule.profile is Profile.CORRECTNESS)


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_page_says_in_one_line_what_is_wrong_then_what_the_rule_does_and_why_it_matters(rule: Rule) -> None:
    summary, empty, *rest = rule.page.splitlines()
    headings = [line for line in rest if line.startswith("## ")]
    assert summary.endswith(".")
    assert empty == ""
    assert headings[:2] == ["## What it does", "## Why it matters"]
    assert headings == [heading for heading in HEADINGS if heading in headings]


@pytest.mark.parametrize("rule", [rule for rule in RULES if "## References" in rule.page], ids=named)
def test_references_are_a_list(rule: Rule) -> None:
    assert rule.page.partition("## References\n\n")[2].startswith("- ")


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_page_explains_every_option_of_the_rule(rule: Rule) -> None:
    assert [option for option in rule.options if f"- `{option}`: " not in rule.page] == []


@pytest.mark.parametrize("rule", WITH_EXAMPLES, ids=named)
def test_a_page_has_one_bad_and_one_good_example(rule: Rule) -> None:
    page = Page.of(rule)
    assert (len(page.bad), len(page.good)) == (1, 1)


@pytest.mark.parametrize("rule", WITH_EXAMPLES, ids=named)
def test_the_bad_example_has_the_findings_that_the_page_says(rule: Rule, tmp_path: Path) -> None:
    page = Page.of(rule)
    assert page.finds
    assert findings(rule, page.bad[0], tmp_path) == list(page.finds)


@pytest.mark.parametrize("rule", WITH_EXAMPLES, ids=named)
def test_the_good_example_has_no_finding_of_the_rule(rule: Rule, tmp_path: Path) -> None:
    assert findings(rule, Page.of(rule).good[0], tmp_path) == []


@pytest.mark.parametrize("rule", WITH_EXAMPLES, ids=named)
def test_a_rule_declares_the_fix_that_its_bad_example_gets(rule: Rule, tmp_path: Path) -> None:
    settings = settings_for_fix(rule, tmp_path)
    report = check_text(Page.of(rule).bad[0].encode(), tmp_path / "flow.py", settings)
    kinds = {found.fix.applicability for found in report.findings if found.code == rule.code and found.fix}
    worst = next((kind for kind in (Applicability.UNSAFE, Applicability.SAFE) if kind in kinds), None)
    assert rule.fix is worst


@pytest.mark.parametrize("rule", [r for r in WITH_EXAMPLES if r.fix], ids=named)
def test_the_fixes_of_a_rule_come_to_an_end_in_its_bad_example(rule: Rule, tmp_path: Path) -> None:
    made = repaired(rule, Page.of(rule).bad[0], tmp_path)
    assert made.report.problems == ()
    assert made.report.fixed
    assert not [found for found in made.report.findings if found.fixable]


@pytest.mark.parametrize("rule", [r for r in WITH_EXAMPLES if r.fix], ids=named)
def test_the_page_of_a_rule_with_a_fix_says_how_safe_it_is(rule: Rule) -> None:
    assert "\n## Fix safety\n" in rule.page
