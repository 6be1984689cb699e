"""What holds for the fixes of all rules together, whatever the file holds."""

from __future__ import annotations

import random
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mflint.rules import Rule, all_rules
from tests.acceptance.broken_flows import BROKEN
from tests.acceptance.nasty_flows import NASTY
from tests.acceptance.old_flows import OLD
from tests.mflint import spoiled
from tests.mflint.fix_laws import heals, is_what_the_command_makes, look, mended, open_findings
from tests.mflint.flow_texts import SPELLINGS, flow_texts
from tests.mflint.test_never_raises import SOURCES, mutated
from tests.mflint.test_rule_pages import Page

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.py"))
REAL = (
    *SOURCES,
    *(path.read_bytes() for path in EXAMPLES),
    *(dedent(code).lstrip("\n").encode() for code in NASTY.values()),
    *(old.source for old in OLD.values()),
)
WAYS = (
    str,
    spoiled.with_imports_below,
    spoiled.unstarted,
    spoiled.started_at_import,
    spoiled.without_project,
)


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )


@examples(120)
@given(text=flow_texts(), spelling=st.sampled_from(sorted(SPELLINGS)))
def test_all_fixes_of_a_flow_come_to_a_good_end_in_every_spelling(text: str, spelling: str) -> None:
    made = mended(SPELLINGS[spelling](text))
    assert made is not None
    assert not [finding for finding in made.last.findings if finding.fixable]


@examples(25)
@given(text=flow_texts())
def test_a_fix_on_its_own_mends_its_finding_and_brings_no_other(text: str) -> None:
    made = mended(text.encode())
    assert made is not None
    for finding in made.first.findings:
        if finding.fixable:
            heals(finding, made.before, made.first)
    assert is_what_the_command_makes(made)


@examples(60)
@given(text=flow_texts(), spelling=st.sampled_from(["with CRLF", "with CR", "with a byte order mark"]))
def test_line_ends_and_a_byte_order_mark_make_no_difference(text: str, spelling: str) -> None:
    spelled = SPELLINGS[spelling]
    plain, other = mended(text.encode()), mended(spelled(text))
    assert plain is not None
    assert other is not None
    assert other.after.data == spelled(plain.after.text)


@examples(300)
@given(source=st.sampled_from(REAL), seed=st.integers(0, 2**32), changes=st.integers(0, 4))
def test_all_fixes_of_a_mutated_real_file_come_to_a_good_end(source: bytes, seed: int, changes: int) -> None:
    mended(mutated(source, random.Random(seed), changes))


FIXABLE = [rule for rule in all_rules().values() if rule.fix]


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: f"{rule.code} {rule.name}")
def test_the_fix_of_a_rule_holds_in_its_own_example_in_every_spelling(rule: Rule) -> None:
    (text,) = Page.of(rule).bad
    for spelling, spelled in SPELLINGS.items():
        made = mended(spelled(text))
        assert made is not None
        mine = [finding for finding in made.first.findings if finding.code == rule.code and finding.fixable]
        assert mine, spelling
        for finding in mine:
            heals(finding, made.before, made.first)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_each_fix_of_a_real_file_holds_on_its_own(way: type[str]) -> None:
    healed: set[str] = set()
    for data in [*REAL, *(broken.source.encode() for broken in BROKEN.values())]:
        text = data.decode()
        made = mended((way(text) if "\r" not in text else text).encode())
        assert made is not None
        for finding in made.first.findings:
            if finding.fixable:
                heals(finding, made.before, made.first)
                healed.add(finding.code)
    assert len(healed) > 3


@examples(60)
@given(text=flow_texts(), choice=st.randoms(use_true_random=False))
def test_a_comment_on_its_line_silences_the_findings_of_its_rule_and_no_other(
    text: str, choice: random.Random
) -> None:
    report = look(text.encode())
    shown = [f for f in open_findings(report) if not f.code.startswith("MF00")]
    if not shown:
        return
    chosen = choice.choice(shown)
    lines = text.split("\n")
    number = chosen.span.start.line - 1
    if lines[number].endswith("\\") or '"""' in lines[number] or "'''" in lines[number]:
        return
    lines[number] += f"  # mflint: ignore[{choice.choice([chosen.code, chosen.name])}] -- so"
    after = look("\n".join(lines).encode())
    assert after.problems == ()
    kept = [(f.code, f.span) for f in open_findings(after) if not f.code.startswith("MF00")]
    gone = [(f.code, f.span) for f in shown if (f.code, f.span) not in kept]
    assert (chosen.code, chosen.span) in gone
    assert {code for code, _ in gone} == {chosen.code}
    assert set(kept) <= {(f.code, f.span) for f in shown}


WORDS = (
    "# ", "#", "mflint", ":", " ", "ignore", "ignore-file", "[", "]", "MF103", "missing-project", ",", "--",
    " -- why", "noqa", "NOQA: ", "E501", "MF", "ALL", "\t", "é", "[[", "MF999", "noqa:MF201",
    "mflint: ignore",
)  # fmt: skip
COMMENTED = """\
from metaflow import FlowSpec, step  {0}


{1}
class TrainFlow(FlowSpec):  {2}
    @step  {3}
    def start(self):  {4}
        import a
        self.x = [  {5}
            1]; import b
        {6}
        self.next(self.end)

    @step
    def end(self): pass  {7}
{8}"""


@examples(150)
@given(
    comments=st.lists(
        st.lists(st.sampled_from(WORDS), max_size=7).map(lambda words: "# " + "".join(words)),
        min_size=9,
        max_size=9,
    )
)
def test_no_comment_breaks_anything_and_what_is_left_of_it_is_fixed_for_good(comments: list[str]) -> None:
    made = mended(COMMENTED.format(*comments).encode())
    assert made is not None
    assert not [finding for finding in made.last.findings if finding.fixable]
