"""`mflint check --fix` and what belongs to it, as it is used."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mflint.commands import Outcome, mflint, python, write

FLOW = """\
from metaflow import FlowSpec, step


class TrainFlow(FlowSpec):
    @step
    def start(self):  # mflint: ignore[MF103]
        self.next(self.end)

    @step
    def end(self):  # noqa: E501, MF103 -- old
        pass
"""
FIXED = FLOW.replace("  # mflint: ignore[MF103]", "").replace(", MF103 -- old", " -- old")
DIFF = """\
--- flow.py
+++ flow.py
@@ -3,9 +3,9 @@
 
 class TrainFlow(FlowSpec):
     @step
-    def start(self):  # mflint: ignore[MF103]
+    def start(self):
         self.next(self.end)
 
     @step
-    def end(self):  # noqa: E501, MF103 -- old
+    def end(self):  # noqa: E501 -- old
         pass
"""  # noqa: W293
MF201 = "flow.py:4:7: MF201 [missing-project] `TrainFlow` has no `@project`\n"
CHECK = ("check", "--select=MF002,MF103,MF201", "--output-format=concise")
CLEAN = ("check", "--select=MF002,MF103", "--output-format=concise")

UNSAFE_RULE = """\
import sys
from mflint import rules
from mflint.diagnostics import Applicability, Place, Remedy, Violation
from mflint.rules import Profile, Rule

def check(file: "FlowFile"):
    for klass in file.classes:
        if klass.name == "TrainFlow":
            edits = lambda editor: [editor.replace(klass.node.name, "Renamed")]
            yield Violation(Place(file.path, klass.name_node), "bad name",
                            remedy=Remedy("Rename the flow", Applicability.UNSAFE, edits))

check.__annotations__["file"] = "FlowFile"
check.__module__ = "mflint.rules.bad_name"
rules._registered["MF999"] = Rule("MF999", Profile.CORRECTNESS, check, fix=Applicability.UNSAFE)
from mflint.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "mflint.toml")
    write(tmp_path, "flow.py", FLOW)
    return tmp_path


def text(project: Path) -> str:
    return (project / "flow.py").read_text()


def unsafe(project: Path, *arguments: str) -> Outcome:
    """Run mflint with one more rule, whose fix is unsafe."""
    return python("-c", UNSAFE_RULE, *arguments, cwd=project)


def test_without_fix_the_fixable_findings_are_marked_and_counted(project: Path) -> None:
    outcome = mflint(*CHECK, cwd=project)
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out == (
        MF201 + "flow.py:6:40: MF002 [unused-suppression] [*] `MF103` silences nothing here\n"
        "flow.py:10:35: MF002 [unused-suppression] [*] `MF103` silences nothing here\n"
        "Found 3 warnings in 1 flow (1 file).\n"
        "[*] 2 fixable with `--fix`.\n"
    )
    assert text(project) == FLOW


def test_the_full_format_says_what_the_fix_does(project: Path) -> None:
    out = mflint("check", "--select=MF002,MF103", cwd=project).out
    assert out.startswith("warning: MF002 [unused-suppression] [*] `MF103` silences nothing here\n")
    assert "  = fix: Remove `MF103` from the comment\n" in out
    assert out.endswith("Found 2 warnings in 1 flow (1 file).\n[*] 2 fixable with `--fix`.\n")


def test_fix_reports_what_remains(project: Path) -> None:
    outcome = mflint(*CHECK, "--fix", cwd=project)
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out == MF201 + "Found 3 findings (2 fixed, 1 remaining) in 1 flow (1 file).\n"
    assert text(project) == FIXED


def test_fix_exits_with_zero_where_nothing_remains_and_changes_nothing_when_run_again(project: Path) -> None:
    first = mflint(*CLEAN, "--fix", cwd=project)
    assert (first.code, first.out) == (
        0,
        "Found 2 findings (2 fixed, 0 remaining) in 1 flow (1 file).\n",
    )
    before = (project / "flow.py").stat().st_mtime_ns
    again = mflint(*CLEAN, "--fix", cwd=project)
    assert (again.code, again.out) == (0, "All checks passed! (1 flow in 1 file)\n")
    assert (project / "flow.py").stat().st_mtime_ns == before


@pytest.mark.parametrize(("more", "code"), [((), 1), (("--exit-zero",), 0)])
def test_exit_non_zero_on_fix(project: Path, more: tuple[str, ...], code: int) -> None:
    assert mflint(*CLEAN, "--fix", "--exit-non-zero-on-fix", *more, cwd=project).code == code
    assert mflint(*CLEAN, "--fix", "--exit-non-zero-on-fix", *more, cwd=project).code == 0


def test_show_fixes_lists_them_by_file(project: Path) -> None:
    write(project, "deep/other.py", FLOW)
    outcome = mflint(*CLEAN, "--fix", "--show-fixes", cwd=project)
    assert outcome.out == (
        "Fixed 4 findings:\n"
        "- deep/other.py:\n"
        "    2x MF002 [unused-suppression]\n"
        "- flow.py:\n"
        "    2x MF002 [unused-suppression]\n"
        "Found 4 findings (4 fixed, 0 remaining) in 2 flows (2 files).\n"
    )


def test_json_holds_the_edits(project: Path) -> None:
    write(project, "flow.py", "\n" + FLOW)
    document = json.loads(mflint(*CHECK, "--output-format=json", cwd=project).out)
    assert [found["fix"] for found in document["findings"]] == [
        None,
        {
            "message": "Remove `MF103` from the comment",
            "applicability": "safe",
            "edits": [{"start": {"line": 7, "column": 21}, "end": {"line": 7, "column": 46}, "content": ""}],
        },
        {
            "message": "Remove `MF103` from the comment",
            "applicability": "safe",
            "edits": [
                {"start": {"line": 11, "column": 33}, "end": {"line": 11, "column": 40}, "content": ""}
            ],
        },
    ]


def test_json_lists_the_fixes_made(project: Path) -> None:
    outcome = mflint(*CHECK, "--output-format=json", "--fix", "--show-fixes", cwd=project)
    document = json.loads(outcome.out)
    assert [found["code"] for found in document["findings"]] == ["MF201"]
    assert document["fixed"] == [
        {"path": "flow.py", "code": "MF002", "name": "unused-suppression", "count": 2}
    ]


def test_diff_prints_what_fix_would_do_and_writes_nothing(project: Path) -> None:
    outcome = mflint(*CHECK, "--diff", cwd=project)
    assert outcome == Outcome(1, DIFF, "Would fix 2 findings.\n")
    assert text(project) == FLOW
    assert mflint(*CHECK, "--diff", "--fix", "--exit-zero", cwd=project) == Outcome(0, DIFF, outcome.err)
    assert text(project) == FLOW


def test_diff_of_nothing_is_empty(project: Path) -> None:
    write(project, "flow.py", FIXED)
    assert mflint(*CHECK, "--diff", cwd=project) == Outcome(0, "", "Would fix 0 findings.\n")


@pytest.mark.parametrize(
    "data",
    [
        FLOW.encode(),
        FLOW.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + FLOW.encode(),
        FLOW.replace("pass\n", "pass  # mflint: ignore[MF103]").encode(),
        b"# coding: cp1252\n" + FLOW.replace("old", "ält").encode("cp1252"),
    ],
    ids=["LF", "CRLF", "a byte order mark", "no last line end", "another encoding"],
)
def test_git_applies_the_diff(project: Path, data: bytes) -> None:
    path = project / "flow.py"
    path.write_bytes(data)
    command = [sys.executable, "-m", "mflint", *CHECK, "--diff"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    made = subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False)
    applied = ["git", "apply", "-p0", "--whitespace=nowarn", "-"]
    subprocess.run(applied, cwd=project, input=made.stdout, check=True)
    patched = path.read_bytes()
    path.write_bytes(data)
    mflint(*CHECK, "--fix", cwd=project)
    assert path.read_bytes() == patched != data


def test_diff_names_what_cannot_be_parsed(project: Path) -> None:
    write(project, "broken.py", "import metaflow\n(")
    outcome = mflint(*CHECK, "--diff", cwd=project)
    assert (outcome.code, outcome.out) == (3, DIFF)
    assert outcome.err == "broken.py:2:1: '(' was never closed\nWould fix 2 findings.\n"


def test_an_unsafe_fix_is_made_only_when_asked_for(project: Path) -> None:
    write(project, "flow.py", FIXED)
    check = ("check", "--select=MF002,MF999", "--output-format=concise")
    shown = unsafe(project, *check)
    assert shown.out == (
        "flow.py:4:7: MF999 [bad-name] bad name\n"
        "Found 1 error in 1 flow (1 file).\n"
        "1 fixable with `--fix --unsafe-fixes`.\n"
    )
    assert unsafe(project, *check, "--fix").out == shown.out
    assert unsafe(project, *check, "--diff") == Outcome(
        0, "", "Would fix 0 findings (1 more with `--unsafe-fixes`).\n"
    )
    assert unsafe(project, *check, "--unsafe-fixes").out == (
        "flow.py:4:7: MF999 [bad-name] [*] bad name\n"
        "Found 1 error in 1 flow (1 file).\n"
        "[*] 1 fixable with `--fix`.\n"
    )
    assert text(project) == FIXED
    made = unsafe(project, *check, "--fix", "--unsafe-fixes")
    assert made.out == "Found 1 finding (1 fixed, 0 remaining) in 1 flow (1 file).\n"
    assert text(project) == FIXED.replace("TrainFlow", "Renamed")


def test_safe_and_unsafe_fixes_are_counted_apart(project: Path) -> None:
    out = unsafe(project, "check", "--select=MF002,MF103,MF999").out
    assert "error: MF999 [bad-name] bad name\n" in out
    assert "  = fix (unsafe): Rename the flow\n" in out
    assert out.endswith("[*] 2 fixable with `--fix` (1 more with `--unsafe-fixes`).\n")


def test_settings_ask_for_fixes(project: Path) -> None:
    write(project, "mflint.toml", "fix = true\nunsafe-fixes = true\nselect = ['MF002', 'MF103', 'MF999']")
    assert unsafe(project, "check", "--no-fix").code == 1
    assert text(project) == FLOW
    assert unsafe(project, "check").out.startswith("Found 3 findings (3 fixed, 0 remaining)")
    assert text(project) == FIXED.replace("TrainFlow", "Renamed")


def test_each_project_has_its_own_rules_of_fixing(project: Path) -> None:
    write(project, "other/mflint.toml", "unfixable = ['MF002']")
    write(project, "other/flow.py", FLOW)
    outcome = mflint(*CLEAN, "--fix", cwd=project)
    assert outcome.out.endswith("Found 4 findings (2 fixed, 2 remaining) in 2 flows (2 files).\n")
    assert (text(project), text(project / "other")) == (FIXED, FLOW)


@pytest.mark.parametrize("options", [["--unfixable=MF002"], ["--fixable=MF201"]])
def test_a_rule_that_is_not_fixable_has_no_fix(project: Path, options: list[str]) -> None:
    outcome = mflint(*CLEAN, "--fix", *options, cwd=project)
    assert outcome.out.endswith("Found 2 warnings in 1 flow (1 file).\n")
    assert text(project) == FLOW
    document = json.loads(mflint(*CLEAN, "--output-format=json", *options, cwd=project).out)
    assert [found["fix"] for found in document["findings"]] == [None, None]


def test_standard_input_comes_out_fixed(tmp_path: Path) -> None:
    data = FLOW.replace("\n", "\r\n").encode()
    outcome = mflint(*CHECK, "--fix", "--stdin-filename=flow.py", cwd=tmp_path, stdin=data)
    assert outcome == Outcome(
        1,
        FIXED.replace("\n", "\r\n"),
        MF201 + "Found 3 findings (2 fixed, 1 remaining) in 1 flow (1 file).\n",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("given", "code"), [(FIXED, 0), ("x = 1", 0), ("import metaflow\n(", 3), ("", 0)])
def test_standard_input_without_fixes_comes_out_as_it_went_in(tmp_path: Path, given: str, code: int) -> None:
    outcome = mflint(*CLEAN, "--fix", "-", cwd=tmp_path, stdin=given.encode())
    assert (outcome.code, outcome.out) == (code, given)


def test_standard_input_that_is_excluded_comes_out_as_it_went_in(tmp_path: Path) -> None:
    arguments = (*CLEAN, "--fix", "--force-exclude", "--stdin-filename=.venv/flow.py")
    assert mflint(*arguments, cwd=tmp_path, stdin=FLOW.encode()).out == FLOW


def test_the_diff_of_standard_input(tmp_path: Path) -> None:
    arguments = (*CHECK, "--diff", "--stdin-filename=flow.py")
    assert mflint(*arguments, cwd=tmp_path, stdin=FLOW.encode()) == Outcome(
        1, DIFF, "Would fix 2 findings.\n"
    )


def test_a_file_that_cannot_be_written_is_named_and_stays(project: Path) -> None:
    path = project / "flow.py"
    path.chmod(0o444)
    outcome = mflint(*CLEAN, "--fix", cwd=project)
    assert outcome.code == 3
    assert "flow.py: cannot be written: it is read-only\n" in outcome.out
    assert outcome.out.endswith("Found 2 warnings in 1 flow (1 file).\n[*] 2 fixable with `--fix`.\n")
    assert (text(project), stat.S_IMODE(path.stat().st_mode)) == (FLOW, 0o444)


def test_a_full_disk_is_named_and_leaves_the_file(project: Path) -> None:
    pytest.importorskip("resource")
    long = FLOW + "#" * 5000 + "\n"
    write(project, "flow.py", long)
    limited = "import resource as r, sys; r.setrlimit(r.RLIMIT_FSIZE, (4096, 4096))\n"
    limited += "from mflint.cli import main; sys.exit(main(sys.argv[1:]))"
    outcome = python("-c", limited, *CLEAN, "--fix", cwd=project)
    assert outcome.code == 3
    assert "flow.py: cannot be written: File too large\n" in outcome.out
    assert text(project) == long
    assert sorted(path.name for path in project.iterdir()) == ["flow.py", "mflint.toml"]


def test_an_interruption_while_a_file_is_written_leaves_it_as_it_was(project: Path) -> None:
    interrupted = (
        "import os, signal, sys, time\n"
        "def fsync(file): os.kill(os.getpid(), signal.SIGINT); time.sleep(30)\n"
        "os.fsync = fsync\n"
        "from mflint.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    outcome = python("-c", interrupted, *CLEAN, "--fix", cwd=project)
    assert outcome == Outcome(130, "", "mflint: interrupted\n")
    assert text(project) == FLOW
    assert sorted(path.name for path in project.iterdir()) == ["flow.py", "mflint.toml"]
