from __future__ import annotations

from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import write

FLOW = """
from metaflow import FlowSpec, step
class F(FlowSpec):  {}
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""


def found(root: Path, comment: str, *select: str, required: bool = True) -> list[tuple[str, int, int]]:
    """What is found beside the missing project, which `comment` may silence."""
    write(root, {"flow.py": FLOW.format(comment)})
    settings = Settings(root, select=select or ("MF003", "MF201"), require_reason=required)
    report = check_paths([root / "flow.py"], settings)
    left = [f for f in report.findings if f.suppressed is None and f.code != "MF201"]
    return [(f.code, f.span.start.column, f.span.end.column) for f in left]


@pytest.mark.parametrize(
    ("comment", "end"),
    [
        ("# mflint: ignore[MF201]", 44),
        ("# mflint: ignore[MF201] --", 44),
        ("# mflint: ignore[MF201] - why", None),
        ("# mflint: ignore", 37),
        ("# mflint: ignore-file", 42),
        ("# mflint: ignore-file[missing-project]", 59),
        ("# noqa: MF201", 34),
        ("# noqa: MF203", 34),
        ("# noqa", 27),
        ("# mflint: ignore[MF003]", 44),
        ("# mflint: ignore[MF201, MF003]", 51),
        ("# mflint: ignore[MF0]", 42),
    ],
)
def test_a_comment_has_to_say_why(tmp_path: Path, comment: str, end: int | None) -> None:
    assert found(tmp_path, comment) == ([("MF003", 21, end)] if end else [])


@pytest.mark.parametrize(
    "comment",
    [
        "# mflint: ignore[MF201] -- why",
        "# mflint: ignore -- why",
        "# mflint: ignore-file[MF201] -- why",
        "# noqa: MF201 -- why",
        "# noqa -- why",
        "# noqa: E501",
        "# type: ignore",
        "# a comment",
    ],
)
def test_it_says_why_or_silences_nothing_of_ours(tmp_path: Path, comment: str) -> None:
    assert found(tmp_path, comment) == []


def test_a_bare_noqa_that_silences_nothing_of_ours_needs_no_reason(tmp_path: Path) -> None:
    assert found(tmp_path, "# noqa", "MF003") == []


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# mflint: ignore[MF201]  # mflint: ignore[MF003] -- why", []),
        ("# mflint: ignore[MF201]  # mflint: ignore[suppression-without-reason] -- why", []),
        ("# mflint: ignore[MF201]\n# mflint: ignore-file[MF003] -- why", []),
        ("# mflint: ignore[MF201]  # mflint: ignore[MF003]", [("MF003", 21, 44), ("MF003", 46, 69)]),
        ("# mflint: ignore[MF201]  # mflint: ignore[MF0] -- why", [("MF003", 21, 44)]),
        ("# mflint: ignore[MF201]  # mflint: ignore -- why", [("MF003", 21, 44)]),
        ("# noqa: MF201  # mflint: ignore-file -- why", [("MF003", 21, 34)]),
    ],
)
def test_only_a_comment_that_names_the_rule_and_says_why_silences_it(
    tmp_path: Path, comment: str, left: list[tuple[str, int, int]]
) -> None:
    assert found(tmp_path, comment) == left


def test_a_comment_that_silences_this_rule_is_used(tmp_path: Path) -> None:
    comment = "# mflint: ignore[MF201]  # mflint: ignore[MF003] -- why"
    assert found(tmp_path, comment, "MF002", "MF003", "MF201") == []
    assert found(tmp_path, comment, "MF002", "MF003", "MF201", required=False) == [("MF002", 63, 68)]


def test_without_the_setting_no_reason_is_asked_for(tmp_path: Path) -> None:
    assert found(tmp_path, "# mflint: ignore[MF201]", required=False) == []
