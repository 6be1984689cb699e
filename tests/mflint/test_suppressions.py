"""What a comment silences, and when it is said to silence nothing."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mflint.comments import Suppression, SuppressionKind, read_suppressions
from mflint.diagnostics import Finding, Position, Severity, Span, Violation
from mflint.rules import all_rules
from mflint.settings.selectors import rule_suggestion
from mflint.suppressions import apply_suppressions, covers

RULES = all_rules()
PATH = Path("flow.py")


def finding(code: str, line: int) -> Finding:
    return Finding(code, RULES[code].name, Severity.WARNING, "text", PATH, Span.at(line, 1, 5))


def read(text: str) -> tuple[Suppression, ...]:
    return read_suppressions(dedent(text).removeprefix("\n"))


def silenced(text: str, code: str = "MF201") -> list[int]:
    """The lines of `text` on which a finding of the rule would be silenced."""
    lines = range(1, len(dedent(text).removeprefix("\n").splitlines()) + 1)
    found, _ = apply_suppressions([finding(code, line) for line in lines], read(text), RULES.values())
    return [f.span.start.line for f in found if f.suppressed is not None]


def unused(text: str, *findings: Finding, enabled: str = "ALL") -> list[str]:
    """What MF002 says of `text`: places and messages."""
    rules = [rule for rule in RULES.values() if enabled in ("ALL", rule.code)]
    _, left = apply_suppressions(findings, read(text), rules)
    return [
        f"{s.span.start.line}:{s.span.start.column}-{s.span.end.column} {violation.message}"
        for s in left
        for violation in RULES["MF002"].check(s)
        if isinstance(violation, Violation)
    ]


@pytest.mark.parametrize(
    "comment",
    [
        "# mflint: ignore[missing-project]",
        "# mflint: ignore[MF201]",
        "# mflint: ignore[MF2]",
        "# mflint: ignore[MF301, missing-project]",
        "# mflint: ignore",
        "#mflint:ignore[ MF201 ] -- why",
        "# type: ignore  # mflint: ignore[MF201] -- why  # pragma: no cover",
        "# mflint: ignore-file[MF201]",
        "# mflint: ignore-file",
        "# noqa: MF201",
        "# noqa: E501, MF201",
        "# NOQA:E501,MF201",
        "# noqa: E501 MF201",
        "# noqa",
        "# pylint: disable=x # noqa",
    ],
)
def test_a_comment_silences_the_rules_it_names(comment: str) -> None:
    assert silenced(f"class A:  {comment}") == [1]


@pytest.mark.parametrize(
    "comment",
    [
        "# mflint: ignore[missing-test-mode]",
        "# mflint: ignore[MF3]",
        "# mflint: ignore MF201",
        "# mflint: ignore[]",
        "# mflint: ignore[MF201",
        "# mflint: ignore-files[MF201]",
        "# mflint: disable[MF201]",
        "# noqa: E501",
        "# noqa: MF203",
        "# noqa: because",
        "# noqa-file",
        "# ruff: noqa",
        "# see mflint: ignore[MF201]",
        "'# mflint: ignore[MF201]'",
    ],
)
def test_another_comment_does_not(comment: str) -> None:
    assert silenced(f"x = 1; y =  {comment}" if comment.startswith("'") else f"class A:  {comment}") == []


@pytest.mark.parametrize("code", ["MF001", "MF004"])
def test_a_file_that_cannot_be_read_cannot_be_silenced(code: str) -> None:
    assert silenced(f"x = 1  # mflint: ignore[{code}]\n# mflint: ignore-file", code) == []


@pytest.mark.parametrize("code", ["MF201", "missing-project"])
def test_covers_answers_for_one_comment(code: str) -> None:
    (suppression,) = read(f"x = 1  # mflint: ignore[{code}]")
    assert covers(suppression, finding("MF201", 1), RULES["MF201"])
    assert not covers(suppression, finding("MF201", 2), RULES["MF201"])
    assert not covers(suppression, finding("MF203", 1), RULES["MF203"])


PLACES = {
    "the statement over several lines": (
        """
        x = call(
            1,  # mflint: ignore[MF201]
            2,
        )
        y = 1
        """,
        [1, 2, 3, 4],
    ),
    "the header of a block, not the block": (
        """
        if x:  # mflint: ignore[MF201]
            y = 1
        """,
        [1],
    ),
    "decorators and header, from the header": (
        """
        x = 1
        @first
        @second(
            1
        )
        # a comment
        class A(
            B
        ):  # mflint: ignore[MF201]
            x = 1
        """,
        [2, 3, 4, 5, 6, 7, 8, 9],
    ),
    "decorators and header, from a decorator": (
        """
        @first  # mflint: ignore[MF201]

        @second
        def f(): pass
        x = 1
        """,
        [1, 2, 3, 4],
    ),
    "the next statement, from a line of its own": (
        """
        x = 1
        # mflint: ignore[MF201] -- why

        # more
        @step
        def f(
        ):
            pass
        """,
        [2, 3, 4, 5, 6, 7],
    ),
    "the statement around a comment in brackets": (
        """
        x = [
            # mflint: ignore[MF201]
            1,
        ]
        y = 1
        """,
        [1, 2, 3, 4],
    ),
    "nothing, from the end of the file": (
        """
        x = 1
        # mflint: ignore[MF201]
        """,
        [2],
    ),
    "nothing but its line, as a bare noqa alone": (
        """
        # noqa
        x = 1
        """,
        [1],
    ),
    "the file, from anywhere": (
        """
        x = 1
        y = 2  # mflint: ignore-file[MF201]
        z = 3
        """,
        [1, 2, 3],
    ),
    "a line, where the file cannot be split into tokens": (
        """
        x = (
        class A:  # mflint: ignore[MF201]
        # mflint: ignore[MF201]
        y = 1
        """,
        [2, 3, 4],
    ),
}


@pytest.mark.parametrize(("text", "lines"), PLACES.values(), ids=PLACES)
def test_a_comment_covers(text: str, lines: list[int]) -> None:
    assert silenced(text) == lines


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_lines_are_counted_whatever_ends_them(end: str) -> None:
    text = end.join(["x = 1", "@d", "class A:  # mflint: ignore[MF201]", "    y = 1", ""])
    (suppression,) = read_suppressions(text)
    assert suppression.lines == range(2, 4)
    assert suppression.span.start == Position(3, 11)


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# mflint: ignore[MF201] -- see #12, really", "see #12, really"),
        ("# mflint: ignore[MF201]--why  # noqa: E501", "why"),
        ("# mflint: ignore -- why", "why"),
        ("# noqa: MF201 -- why", "why"),
        ("# mflint: ignore", ""),
        ("# mflint: ignore[MF201] --", ""),
    ],
)
def test_the_reason_goes_with_the_finding(comment: str, reason: str) -> None:
    (found,), _ = apply_suppressions([finding("MF201", 1)], read(f"x = 1  {comment}"), RULES.values())
    assert found.suppressed == reason


def test_a_comment_is_read_with_the_places_of_its_selectors() -> None:
    (found,) = read("x = 'é'  # mflint: ignore[MF201, MF3] -- why")
    assert found == Suppression(
        kind=SuppressionKind.IGNORE,
        selectors=("MF201", "MF3"),
        reason="why",
        span=Span.at(1, 10, 28),
        lines=range(1, 2),
        places=(Span.at(1, 27, 5), Span.at(1, 34, 3)),
        comment=Span.at(1, 10, 35),
    )


UNUSED = {
    "a rule that finds nothing": ("# mflint: ignore[MF201]", ["1:18-23 `MF201` silences nothing here"]),
    "each selector for itself": (
        "# mflint: ignore[MF203, missing-project, MF301]",
        ["1:18-23 `MF203` silences nothing here", "1:42-47 `MF301` silences nothing here"],
    ),
    "a name of no rule": (
        "# mflint: ignore[missing-projct]",
        ["1:18-32 `missing-projct` names no rule; did you mean `missing-project`?"],
    ),
    "a bare comment": ("# mflint: ignore", ["1:1-17 this comment silences nothing"]),
    "a whole file": ("# mflint: ignore-file[MF203] -- x", ["1:23-28 `MF203` silences nothing here"]),
    "a noqa with our codes": ("# noqa: E501, MF203, MF999", [
        "1:15-20 `MF203` silences nothing here",
        f"1:22-27 `MF999` names no rule{rule_suggestion('MF999')}",
    ]),
    "what cannot be silenced": ("# mflint: ignore[MF001]", ["1:18-23 `MF001` silences nothing here"]),
    "what cannot be read": (
        "# mflint: ignore because",
        ["1:1-25 this comment silences nothing: mflint cannot read it"],
    ),
    "empty brackets": ("# mflint: ignore[]", ["1:1-19 this comment silences nothing: mflint cannot read it"]),
    "a mistyped word": (
        "# mflint: ignroe[MF201]",
        ["1:1-24 this comment silences nothing: mflint cannot read it"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("comment", "messages"), UNUSED.values(), ids=UNUSED)
def test_it_is_said_of(comment: str, messages: list[str]) -> None:
    findings = [finding("MF201", 1)] if "missing-project," in comment else []
    assert unused(comment, *findings) == messages


@pytest.mark.parametrize(
    "comment",
    ["# noqa", "# noqa: E501", "# noqa: because", "# mflint: see the docs", "# mflint: ignore[MF002]"],
)
def test_nothing_is_said_of(comment: str) -> None:
    assert unused(comment) == []


def test_a_selector_is_not_unused_while_a_rule_it_names_is_not_enabled() -> None:
    assert unused("# mflint: ignore[MF203]", enabled="MF201") == []
    assert unused("# mflint: ignore[MF2]", enabled="MF201") == []
    assert unused("# mflint: ignore[MF201]", enabled="MF201") == ["1:18-23 `MF201` silences nothing here"]


def test_every_comment_that_silences_a_finding_is_used() -> None:
    text = "# mflint: ignore-file[MF2]\nclass A:  # mflint: ignore[MF201]\n"
    assert unused(text, finding("MF201", 2)) == []


def test_only_its_own_name_silences_the_finding_about_a_comment() -> None:
    assert silenced("x = 1  # mflint: ignore\n# mflint: ignore-file[MF0]\n", "MF002") == []
    assert silenced("x = 1  # mflint: ignore[unused-suppression]\n", "MF002") == [1]
