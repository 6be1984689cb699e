"""What MF213 says of callable defaults is what Metaflow does with them; what is found and fixed runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mflint.diagnostics import Finding
from mflint.engine import check_paths
from mflint.settings import Settings
from tests.acceptance.test_rules_against_metaflow import run

pytestmark = pytest.mark.slow

FLOW = """
from metaflow import FlowSpec, JSONType, Parameter, current, project, step


@project(name="small")
class SmallFlow(FlowSpec):
    value = Parameter("value", {arguments})

    @step
    def start(self):
        print("value", repr(self.value))
        self.next(self.end)

    @step
    def end(self):
        self.rows = 10 if self.value else None
        print("rows", self.rows)


if __name__ == "__main__":
    SmallFlow()
"""


def checked(root: Path, *select: str) -> tuple[Finding, ...]:
    settings = Settings(root, select=select, test_mode_parameter="value")
    return check_paths([root], settings).findings


def fix(path: Path, finding: Finding) -> None:
    assert finding.fix is not None
    text = path.read_text()
    for edit in sorted(finding.fix.edits, reverse=True):
        text = text[: edit.start] + edit.content + text[edit.end :]
    path.write_text(text)


@pytest.mark.parametrize(
    ("bad", "good", "expected"),
    [
        ("default=lambda _: False", "type=bool, default=lambda _: False", "a string"),
        ("default=lambda _: 3", "default=lambda _: '3'", "a string"),
        ("default=lambda _: None", "default=None", "a string"),
        ("type=int, default=lambda _: True", "type=int, default=lambda _: 3", "a int"),
        ("type=bool, default=lambda _: 'yes'", "type=bool, default=lambda _: True", "a bool"),
        (
            "type=JSONType, default=lambda _: {'a': 1}",
            "type=JSONType, default=lambda _: '{\"a\": 1}'",
            "a string",
        ),
    ],
)
def test_a_default_of_another_type_fails_and_its_good_twin_runs(
    tmp_path: Path, bad: str, good: str, expected: str
) -> None:
    path = tmp_path / "small.py"
    path.write_text(FLOW.format(arguments=bad))
    failed = run("small.py", "run", cwd=tmp_path)
    assert failed.returncode != 0
    assert f"has a wrong type. Expected {expected}." in failed.stdout + failed.stderr
    assert [finding.code for finding in checked(tmp_path, "MF213")] == ["MF213"]
    path.write_text(FLOW.format(arguments=good))
    done = run("small.py", "run", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert checked(tmp_path, "MF213") == ()


def test_without_a_type_false_on_the_command_line_is_a_true_string_and_the_fix_makes_it_false(
    tmp_path: Path,
) -> None:
    path = tmp_path / "small.py"
    path.write_text(FLOW.format(arguments="default=lambda _: not current.is_production"))
    told = run("small.py", "run", "--value", "False", cwd=tmp_path)
    assert "value 'False'" in told.stdout
    assert "rows 10" in told.stdout
    (found,) = checked(tmp_path, "MF213")
    fix(path, found)
    assert "value False" in run("small.py", "run", "--value", "False", cwd=tmp_path).stdout
    assert "value True" in run("small.py", "run", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("default", "code", "before", "after"),
    [
        ("default=True", "MF205", ("value True", "value True"), ("value True", "value False")),
        ("default=False", "MF204", ("value False", "value False"), ("value True", "value False")),
    ],
)
def test_the_default_that_a_fix_writes_is_on_outside_production_only(
    tmp_path: Path, default: str, code: str, before: tuple[str, str], after: tuple[str, str]
) -> None:
    path = tmp_path / "small.py"
    path.write_text(FLOW.format(arguments=default))
    (found,) = checked(tmp_path, "MF204", "MF205")
    assert found.code == code
    for expected in (before, after):
        outside = run("small.py", "run", cwd=tmp_path)
        production = run("small.py", "--production", "run", cwd=tmp_path)
        assert expected[0] in outside.stdout
        assert expected[1] in production.stdout
        if expected is before:
            fix(path, found)
    assert checked(tmp_path, "MF204", "MF205", "MF213") == ()


def test_a_flow_runs_with_the_test_mode_that_the_fix_adds(tmp_path: Path) -> None:
    path = tmp_path / "small.py"
    path.write_text(FLOW.format(arguments="default=3").replace('"value"', '"other"'))
    (found,) = check_paths([path], Settings(tmp_path, select=("MF203",))).findings
    fix(path, found)
    done = run("small.py", "run", "--test-mode", "False", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "--test-mode" in run("small.py", "run", "--help", cwd=tmp_path).stdout
