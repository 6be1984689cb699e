from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from mflint.diagnostics import Severity
from mflint.engine import check_text
from mflint.rules import Profile, Rule, all_rules
from mflint.settings import Settings

RULES = tuple(all_rules().values())
PLACE = re.compile(r"(MF\d{3}) at (\d+):(\d+)")


def named(rule: Rule) -> str:
    return f"{rule.code} {rule.name}"


@dataclass(frozen=True)
class Page:
    """A rule's page, taken apart."""

    bad: tuple[str, ...]
    good: tuple[str, ...]
    finds: tuple[tuple[str, int, int], ...]

    @classmethod
    def of(cls, rule: Rule) -> Page:
        def blocks(title: str) -> tuple[str, ...]:
            found = re.findall(rf'^```python title="{title}"\n(.*?)^```', rule.page, re.MULTILINE | re.DOTALL)
            return tuple(found)

        line = re.search(r"^Finds: (.*)$", rule.page, re.MULTILINE)
        places = PLACE.findall(line.group(1)) if line else []
        return cls(blocks("bad"), blocks("good"), tuple((c, int(a), int(b)) for c, a, b in places))


def findings(rule: Rule, code: str, root: Path) -> list[tuple[str, int, int]]:
    report = check_text(code.encode(), root / "flow.py", Settings(root, profile=Profile.STRICT))
    return [
        (found.code, found.span.start.line, found.span.start.column)
        for found in report.findings
        if found.code == rule.code
    ]


WITH_EXAMPLES = [rule for rule in RULES if Page.of(rule).bad]


def test_there_are_exactly_these_rules_in_these_profiles() -> None:
    assert {rule.code: (rule.name, rule.profile, rule.always) for rule in RULES} == {
        "MF001": ("syntax-error", Profile.CORRECTNESS, True),
        "MF002": ("unused-suppression", Profile.RECOMMENDED, False),
        "MF004": ("unreadable-file", Profile.CORRECTNESS, True),
        "MF101": ("not-only-flow-in-file", Profile.RECOMMENDED, False),
        "MF102": ("module-import-used-in-step", Profile.RECOMMENDED, False),
        "MF103": ("import-below-step-top", Profile.RECOMMENDED, False),
        "MF104": ("star-import", Profile.RECOMMENDED, False),
        "MF107": ("flow-name-suffix", Profile.STRICT, False),
        "MF108": ("generic-flow-name", Profile.STRICT, False),
        "MF110": ("flow-run-at-import", Profile.RECOMMENDED, False),
        "MF201": ("missing-project", Profile.RECOMMENDED, False),
        "MF203": ("missing-test-mode", Profile.RECOMMENDED, False),
        "MF208": ("parameter-evaluated-early", Profile.RECOMMENDED, False),
        "MF209": ("missing-parameter-help", Profile.STRICT, False),
        "MF210": ("invalid-project-name", Profile.CORRECTNESS, False),
        "MF211": ("invalid-parameter-name", Profile.CORRECTNESS, False),
        "MF301": ("missing-endpoint-docstring", Profile.RECOMMENDED, False),
        "MF302": ("missing-step-docstring", Profile.STRICT, False),
        "MF303": ("step-too-long", Profile.STRICT, False),
        "MF304": ("missing-flow-docstring", Profile.STRICT, False),
        "MF401": ("dataframe-artifact", Profile.RECOMMENDED, False),
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
        "MF609": ("invalid-merge", Profile.CORRECTNESS, False),
        "MF610": ("unknown-input", Profile.CORRECTNESS, False),
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
