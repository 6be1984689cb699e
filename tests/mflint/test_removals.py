"""What the fix of MF002 takes out of a file, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from mflint.engine import Looks
from mflint.fixing import fix
from mflint.settings import Settings
from tests.mflint import flow_projects

HEAD = """\
from metaflow import FlowSpec, step


"""
BODY = """
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass
"""

IN_LINE = {
    "all there is": ("  # mflint: ignore[MF301]", ""),
    "a name": ("  # mflint: ignore[missing-endpoint-docstring]", ""),
    "with its reason": ("  # mflint: ignore[MF301] -- it is old", ""),
    "with space behind it": (" \t # mflint: ignore[MF301]  ", "  "),
    "the first selector": ("  # mflint: ignore[MF301, MF203] -- why", "  # mflint: ignore[MF203] -- why"),
    "the last selector": ("  # mflint: ignore[MF203,MF301]", "  # mflint: ignore[MF203]"),
    "a selector between others": (
        "  # mflint: ignore[MF203, MF301, missing-project]",
        "  # mflint: ignore[MF203, missing-project]",
    ),
    "two selectors": ("  # mflint: ignore[MF301, MF203, MF302]", "  # mflint: ignore[MF203]"),
    "a selector before a loose comma": ("  # mflint: ignore[MF203, MF301 ,]", "  # mflint: ignore[MF203 ,]"),
    "our code beside another linter's": ("  # noqa: E501, MF301", "  # noqa: E501"),
    "our code before another linter's": ("  # noqa: MF301,E501 -- why", "  # noqa: E501 -- why"),
    "our code between others, parted by space": ("  # noqa: E501 MF301 W291", "  # noqa: E501 W291"),
    "our only code": ("  # NOQA:MF301", ""),
    "our only code before text": ("  # noqa: MF301 because", "  # because"),
    "our only code behind text": ("  # because  # noqa: MF301", "  # because"),
    "between comments": ("  # type: ignore  # mflint: ignore[MF301]  # a", "  # type: ignore  # a"),
    "before a comment": ("  # mflint: ignore[MF301] -- why # type: ignore", "  # type: ignore"),
    "of two the one that is unused": (
        "  # mflint: ignore[MF301]  # mflint: ignore[MF203]",
        "  # mflint: ignore[MF203]",
    ),
    "not what is used": ("  # mflint: ignore[MF203]", "  # mflint: ignore[MF203]"),
    "not what names no rule": ("  # mflint: ignore[MF3O1]", "  # mflint: ignore[MF3O1]"),
    "not what cannot be read": ("  # mflint: ignore MF301", "  # mflint: ignore MF301"),
}


def fixed(root: Path, text: str) -> str:
    flow_projects.write(root, {"flow.py": text.encode()})
    path = root / "flow.py"
    settings = Settings(root, select=("MF002", "MF3", "MF201", "MF203"), ignore=("MF303", "MF304"))
    made = fix(Looks([(path, settings)]))
    assert made.report.problems == ()
    return made.files[path].after.text if path in made.files else text


DOCUMENTED = BODY.replace("):\n", '):\n        "What it does."\n')


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("before", "after"), IN_LINE.values(), ids=IN_LINE)
def test_behind_code(tmp_path: Path, before: str, after: str, newline: str) -> None:
    def text(comment: str) -> str:
        return f"{HEAD}class TrainFlow(FlowSpec):{comment}{DOCUMENTED}".replace("\n", newline)

    assert fixed(tmp_path, text(before)) == text(after)


ALONE = {
    "the line goes": ("# mflint: ignore[MF301]\n", ""),
    "without selectors": ("# mflint: ignore\n", ""),
    "with its indent": ("    # mflint: ignore[MF301] -- why\n", ""),
    "other text stays in its place": ("  # a # mflint: ignore[MF301]\n", "  # a\n"),
    "the sign stays with text behind": ("#noqa: MF301 a\n", "#a\n"),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(("before", "after"), ALONE.values(), ids=ALONE)
@pytest.mark.parametrize("head", ["", "\f", "\ufeff"], ids=["first", "behind a form feed", "behind a mark"])
def test_alone_on_a_line(tmp_path: Path, before: str, after: str, newline: str, head: str) -> None:
    def text(comment: str) -> str:
        lines = f"{head}{comment}{HEAD}class TrainFlow(FlowSpec):{DOCUMENTED}"
        return lines.replace("\n", newline)

    assert fixed(tmp_path, text(before)) == text(after).removeprefix("\ufeff")


def test_at_the_end_of_a_file_without_a_last_line_end(tmp_path: Path) -> None:
    text = f"{HEAD}class TrainFlow(FlowSpec):{DOCUMENTED}"
    assert fixed(tmp_path, text + "# mflint: ignore[MF301]") == text


def test_what_only_looks_like_a_comment_stays(tmp_path: Path) -> None:
    line = 'a = "# mflint: ignore[MF301]"  # mflint: ignore[MF301]\n'
    text = f"{HEAD}{line}class TrainFlow(FlowSpec):{DOCUMENTED}"
    assert fixed(tmp_path, text) == text.replace("  # mflint: ignore[MF301]\n", "\n")
