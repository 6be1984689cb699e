"""What a session says about its flows: on the terminal, in JUnit XML and on GitHub."""

from __future__ import annotations

import html
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from pytest_metaflow.report.flows import FlowReport
from pytest_metaflow.report.markdown import cell, page
from pytest_metaflow.report.terminal import lines
from tests.pytest_metaflow.projects import Project, environment

pytestmark = pytest.mark.slow

FOREACH = """
from metaflow import FlowSpec, Parameter, kubernetes, step


class WideFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
        self.numbers = [1, 2, 3]
        self.next(self.train, foreach="numbers")

    @kubernetes
    @step
    def train(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    WideFlow()
"""


def on_a_terminal(project: Project, *args: str) -> str:
    """The screen after a session whose output is a terminal, without colours."""
    ours, theirs = pty.openpty()
    command = [*project.command(*args), "--color=no"]
    env = {**environment(), "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(command, cwd=project.root, env=env, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        written = b""
        try:
            while chunk := os.read(ours, 65536):
                written += chunk
        except OSError:  # how Linux says that nobody has the other end any more
            pass
        process.wait()
    os.close(ours)
    return "\n".join(screen_line(line) for line in written.decode().split("\n"))


def screen_line(line: str) -> str:
    """What is seen of a line that was written over."""
    seen = ""
    for part in line.split("\r"):
        seen = part + seen[len(part) :]
    return seen.rstrip()


@pytest.mark.slow
def test_on_a_terminal_with_v_a_line_tells_of_each_step_as_it_ends(project: Project) -> None:
    project.write("wide.py", FOREACH)
    project.flow("bad.py", "BadFlow", "raise ValueError('no')")
    screen = re.sub(r"\d+\.\d s", "N s", on_a_terminal(project, "-v"))
    assert "\nbad.py::BadFlow\n  start ✗ N s\nFAILED " in screen
    wide = "  start ✓ N s\n  train ✓ 3 tasks, N s\n  join ✓ N s\n  end ✓ N s\n"
    assert f"\nwide.py::WideFlow\n{wide}PASSED " in screen


def test_on_a_terminal_without_v_no_step_is_told_of(project: Project) -> None:
    project.flow("good.py", "GoodFlow")
    screen = on_a_terminal(project)
    assert "good.py ." in screen
    assert "start" not in screen.replace("test session starts", "")


@pytest.mark.slow
def test_a_session_of_two_workers_reports_each_flow_once_everywhere(project: Project) -> None:
    project.write("wide.py", FOREACH)
    project.flow("bad.py", "BadFlow", "raise ValueError('a | b')")
    project.flow("good.py", "GoodFlow")
    project.flow("killed.py", "KilledFlow", "import os; os.kill(os.getppid(), 9)")
    project.write("odd.py", FOREACH.replace("WideFlow", "RealFlow").replace('"test-mode"', '"other"'))
    project.write("broken.py", "from metaflow import FlowSpec, step\nclass BrokenFlow(FlowSpec:\n")
    summary = project.root / "summary.md"
    summary.write_text("before\n")
    outcome = project.run(
        "-n2",
        "-v",
        "--metaflow-missing-test-mode=skip",
        "--continue-on-collection-errors",
        env={"GITHUB_STEP_SUMMARY": str(summary)},
    )
    assert "✓" not in outcome.output

    assert [re.sub(r"\d+\.\d s", "N s", line) for line in outcome.flow_lines] == [
        "bad.py::BadFlow: 1 step, 1 task, N s",
        "good.py::GoodFlow: 2 steps, 2 tasks, N s",
        "killed.py::KilledFlow: 1 step, 1 task, N s",
        "wide.py::WideFlow: 4 steps, 6 tasks, N s; made local: @kubernetes (train)",
    ]

    wide = outcome.items["WideFlow"].properties
    assert re.fullmatch(r"WideFlow/\d+", wide["metaflow_run"])
    assert re.fullmatch(r"\d+\.\d\d", wide["metaflow_seconds"])
    assert {name: wide[f"metaflow_{name}"] for name in ("steps", "tasks", "made_local", "engine")} == {
        "steps": "4",
        "tasks": "start 1, train 3, join 1, end 1",
        "made_local": "@kubernetes (train)",
        "engine": "cold",
    }
    killed = outcome.items["KilledFlow"].properties
    assert (killed["metaflow_steps"], killed["metaflow_tasks"]) == ("1", "start 1")
    assert (killed["metaflow_engine"], "metaflow_run" in killed) == ("cold", False)

    before, heading, _, *table = summary.read_text().splitlines()
    assert (before, heading) == ("before", "### Flows: 1 error, 2 failed, 1 skipped, 2 passed")
    cells = [[seen(text) for text in line.split(" | ")] for line in table[2:] if line]
    broken, *others = [[*cell[:4], cell[5]] for cell in cells]
    assert broken[:4] == ["| ❌ error", "broken.py", "", ""]
    assert broken[4].startswith("broken.py:2:")
    assert others == [
        ["| ❌ failed", "bad.py::BadFlow", "1", "1", "bad.py:9: ValueError: a | b (step start) |"],
        [
            "| ❌ failed",
            "killed.py::KilledFlow",
            "1",
            "1",
            "killed.py:4: the run ended with SIGKILL |",
        ],
        ["| ⚠️ skipped", "odd.py::RealFlow", "", "", "Skipped: RealFlow has no parameter test-mode |"],
        ["| ✅ passed", "good.py::GoodFlow", "2", "2", " |"],
        ["| ✅ passed", "wide.py::WideFlow", "4", "6", "made local: @kubernetes (train) |"],
    ]


def seen(markdown: str) -> str:
    return html.unescape(re.sub(r"</?code>", "", markdown))


@pytest.mark.slow
def test_a_good_flow_of_which_nothing_is_to_be_said_has_no_line_and_is_on_github(project: Project) -> None:
    project.flow("good.py", "GoodFlow")
    summary = project.root / "summary.md"
    outcome = project.run(env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert outcome.flow_lines == []
    assert "GoodFlow" in summary.read_text()


def test_a_summary_that_cannot_be_written_is_one_line_and_none_is_written_without_flows(
    project: Project,
) -> None:
    project.write("test_plain.py", "def test_plain(): pass")
    summary = project.root / "summary.md"
    assert project.run(env={"GITHUB_STEP_SUMMARY": str(summary)}).exit_code == 0
    assert not summary.exists()
    project.write("odd.py", FOREACH.replace('"test-mode"', '"other"'))
    nowhere = project.root / "missing" / "summary.md"
    outcome = project.run("--metaflow-missing-test-mode=skip", env={"GITHUB_STEP_SUMMARY": str(nowhere)})
    assert outcome.exit_code == 0
    complaint = f"metaflow: cannot write GITHUB_STEP_SUMMARY ({nowhere}): No such file or directory"
    assert complaint in outcome.output.splitlines()


def test_a_session_that_stops_early_says_so_on_github(project: Project) -> None:
    for name in ("a", "b"):
        project.write(f"{name}.py", FOREACH.replace('"test-mode"', '"other"'))
    summary = project.root / "summary.md"
    assert project.run("-x", env={"GITHUB_STEP_SUMMARY": str(summary)}).exit_code == 1
    *_, last, _ = summary.read_text().splitlines()
    assert seen(last) == "The session ended early: stopping after 1 failures"
    assert "b.py" not in summary.read_text()


def report(
    nodeid: str, outcome: str = "passed", notes: tuple[str, ...] = (), problem: str = ""
) -> FlowReport:
    return FlowReport(nodeid, outcome, 4, 9, 2.06, notes, problem)


def test_a_flow_has_one_line_where_it_fits_and_else_one_for_each_note() -> None:
    flow = report("a.py::F", notes=("made local: @batch (start), @retry (end)", "cut: rows to 3 of 60"))
    whole = "a.py::F: 4 steps, 9 tasks, 2.1 s; made local: @batch (start), @retry (end); cut: rows to 3 of 60"
    assert list(lines(flow, len(whole))) == [whole]
    assert list(lines(flow, 45)) == [
        "a.py::F: 4 steps, 9 tasks, 2.1 s",
        "    made local: @batch (start), @retry (end)",
        "    cut: rows to 3 of 60",
    ]
    assert list(lines(flow, 40))[1:3] == ["    made local: @batch (start), @retry", "        (end)"]


@pytest.mark.parametrize(
    "text",
    [
        "a | b",
        "`code` and ```",
        "<img src=x onerror=alert(1)> &amp; </code>",
        "**bold** _it_ ~~no~~ [link](http://x) ![i](y) $x$ #1 @me :tada:",
        "back\\slash \\| pipe",
        "ends with \\",
    ],
)
def test_on_github_a_message_is_shown_as_it_is(text: str) -> None:
    shown = cell(text)
    inner = shown.removeprefix("<code>").removesuffix("</code>")
    assert html.unescape(inner) == text
    assert not re.search(r"[|`<>*_~\[\]!$@\\]", inner)
    markdown = pytest.importorskip("markdown", reason="comes with the extra docs")
    rendered = markdown.markdown(f"| a | b |\n|---|---|\n| {shown} | x |", extensions=["tables"])
    assert [html.unescape(found) for found in re.findall(r"<td>(.*?)</td>", rendered)] == [
        f"<code>{text}</code>",
        "x",
    ]


def test_on_github_lines_and_control_characters_make_no_new_row() -> None:
    assert cell("one\n\n| two |\r\x1b[31mthree\x00\ud800") == "<code>one &#124; two &#124; three�</code>"


def test_on_github_a_table_without_room_shows_failures_first_and_counts_the_rest() -> None:
    flows = [report(f"flows/{number:03}.py::F", problem="x" * 100) for number in range(200)]
    flows.append(report("flows/z.py::Bad", "failed", problem="ValueError"))
    text = page(flows, "", 10_000)
    rows = [line for line in text.splitlines() if "::" in seen(line)]
    assert len(text.encode()) <= 10_000
    assert "### Flows: 1 failed, 200 passed" in text
    assert "Bad" in rows[0]
    assert f"\n{201 - len(rows)} more are left out: no room.\n" in text
    assert 10 < len(rows) < 100
    assert page(flows, "", 10) == ""


def test_a_summary_that_others_have_filled_is_left_as_it_is(project: Project, tmp_path: Path) -> None:
    project.write("odd.py", FOREACH.replace('"test-mode"', '"other"'))
    summary = tmp_path / "summary.md"
    summary.write_bytes(b"x" * (1024 * 1024 - 10))
    outcome = project.run("--metaflow-missing-test-mode=skip", env={"GITHUB_STEP_SUMMARY": str(summary)})
    full = f"metaflow: GITHUB_STEP_SUMMARY ({summary}) is full: the table of the flows is left out"
    assert full in outcome.output.splitlines()
    assert summary.stat().st_size == 1024 * 1024 - 10
