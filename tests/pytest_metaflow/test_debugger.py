"""Somebody debugs steps at a terminal."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_metaflow.engines.cold import ColdEngine
from pytest_metaflow.inside.terminal import TURN
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.sandbox.directory import sandbox
from tests.pytest_metaflow.projects import Project
from tests.pytest_metaflow.terminals import CTRL_C, CTRL_Z, at_terminal
from tests.pytest_metaflow.test_processes import is_running, wait_for

pytestmark = pytest.mark.slow

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")

LOADS = "rows = [1, 2]\nimport json\njson.loads('{')"
"""Fails in a library that the user's line calls."""


def test_a_breakpoint_and_set_trace_are_answered_on_the_terminal(project: Project) -> None:
    project.flow("a.py", "FirstFlow", "self.x = 41\nbreakpoint()\nself.x += 1")
    project.flow("b.py", "SecondFlow", "import pdb; pdb.set_trace()\nprint('quiet')\nassert input")
    with at_terminal(project.command("-n0"), project.root) as terminal:
        assert "FirstFlow, step start, task 1: breakpoint >>>" in terminal.expect("(Pdb) ")
        assert terminal.foreground != terminal.process.pid
        assert terminal.answer("p self.x") == "41"
        assert terminal.answer("!print('said', 'aloud')") == "said aloud"
        terminal.insist(CTRL_C, "--KeyboardInterrupt--")
        terminal.expect("(Pdb) ")
        terminal.press(CTRL_Z)
        while "-> self.next(self.end)" not in terminal.answer("next"):
            pass  # before Python 3.13 a debugger opens a line later
        assert terminal.answer("p self.x") == "42"
        terminal.type("c")
        terminal.expect("SecondFlow, step start, task 1: breakpoint >>>")
        terminal.expect("(Pdb) ")
        assert terminal.is_as_before is False
        terminal.answer("n")
        terminal.type("c")
        terminal.expect("2 passed")
        assert terminal.is_as_before
        assert terminal.finish() == 0
    assert "\nquiet" not in terminal.shown


def test_pdb_opens_where_the_users_code_failed_and_quitting_ends_the_session(project: Project) -> None:
    project.flow("a.py", "FirstFlow", LOADS)
    project.flow("b.py", "SecondFlow")
    with at_terminal(project.command("-n0", "--pdb"), project.root) as terminal:
        shown = terminal.expect("(Pdb) ")
        assert "FirstFlow, step start, task 1: json.decoder.JSONDecodeError: Expecting" in shown
        assert shown.endswith("-> json.loads('{')\n")
        assert terminal.answer("p rows") == "[1, 2]"
        terminal.type("q")
        assert terminal.finish() == 2
    assert "FAILED a.py::FirstFlow - JSONDecodeError: Expecting" in terminal.shown
    assert "Interrupted: the debugger was quit" in terminal.shown
    assert "1 failed in" in terminal.shown
    assert "entering PDB" not in terminal.shown


@pytest.mark.slow
def test_quitting_in_a_run_that_a_test_has_made_ends_the_session(project: Project) -> None:
    project.flow("train.py", "TrainFlow", LOADS)
    project.write(
        "test_it.py",
        """
        def test_first(run_flow):
            run_flow("train.py")

        def test_second(run_flow):
            run_flow("train.py")
        """,
    )
    with at_terminal(project.plain_command("-n0", "--pdb"), project.root) as terminal:
        terminal.expect("(Pdb) ")
        terminal.type("q")
        assert terminal.finish() == 2
    assert "Interrupted: the debugger was quit" in terminal.shown
    assert "1 failed in" in terminal.shown
    assert "entering PDB" not in terminal.shown


@pytest.mark.slow
def test_after_continuing_a_post_mortem_the_next_flow_is_run(project: Project) -> None:
    project.flow("a.py", "FirstFlow", LOADS)
    project.flow("b.py", "SecondFlow")
    text = (project.root / "b.py").read_text()
    (project.root / "b.py").write_text(text.replace("\n    @step", "\n    rows = 1 / 0\n\n    @step", 1))
    project.write(
        "prompts.py", "import pdb\nclass Loud(pdb.Pdb):\n    def do_shout(self, arg):\n        print('AAH')"
    )
    project.write("pytest.ini", "[pytest]\npythonpath = .")
    command = project.command("-n0", "--pdb", "--pdbcls=prompts:Loud")
    with at_terminal(command, project.root) as terminal:
        terminal.expect("FirstFlow, step start, task 1: json")
        terminal.expect("(Pdb) ")
        assert terminal.answer("shout") == "AAH"
        terminal.type("c")
        terminal.expect("SecondFlow, before the first step: ZeroDivisionError: division by zero >>>")
        assert terminal.expect("(Pdb) ").endswith("-> rows = 1 / 0\n")
        terminal.type("c")
        assert terminal.finish() == 1
    assert "2 failed in" in terminal.shown


def test_quitting_at_a_breakpoint_fails_the_flow_at_its_line(project: Project) -> None:
    project.flow("a.py", "FirstFlow", "breakpoint()\nself.x = 1")
    with at_terminal(project.command("-n0"), project.root) as terminal:
        terminal.expect("(Pdb) ")
        terminal.type("q")
        assert terminal.finish() == 2
    assert "FAILED a.py::FirstFlow - DebuggerQuit: the debugger was quit (step start)" in terminal.shown
    assert re.search(r"\na\.py:(9|10): in start\n    (breakpoint\(\)|self\.x = 1)\n", terminal.shown)


FOREACH = """
from metaflow import FlowSpec, Parameter, step, timeout


class FanFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
        self.items = [1, 2]
        self.next(self.work, foreach="items")

    @timeout(seconds=600)
    @step
    def work(self):
        import os, signal
        open(f"running-{self.input}", "w").close()
        breakpoint()
        os.remove(f"running-{self.input}")
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FanFlow()
"""


@pytest.mark.slow
def test_with_pdb_the_tasks_of_a_foreach_run_one_at_a_time(project: Project) -> None:
    project.write("fan.py", FOREACH)
    with at_terminal(project.command("-n0", "--pdb"), project.root) as terminal:
        for _ in range(2):
            terminal.expect("(Pdb) ")
            assert terminal.answer("p len([f for f in os.listdir('.') if 'running' in f])") == "1"
            assert terminal.answer("p signal.getitimer(signal.ITIMER_REAL)") == "(0.0, 0.0)"
            terminal.type("c")
        terminal.expect("1 passed")
        assert terminal.finish() == 0


@pytest.mark.slow
def test_without_pdb_the_tasks_of_a_foreach_take_turns_and_ctrl_c_concerns_one(project: Project) -> None:
    project.write("fan.py", FOREACH)
    with at_terminal(project.command("-n0"), project.root) as terminal:
        for _ in range(2):
            terminal.expect("step work, task")
            terminal.expect("(Pdb) ")
            terminal.insist(CTRL_C, "--KeyboardInterrupt--")
            terminal.type("c")
        terminal.expect("1 passed")
        assert terminal.finish() == 0


@pytest.mark.parametrize(
    ("options", "env"),
    [pytest.param(["-n2"], {}, marks=pytest.mark.slow), (["-n0"], {"CI": "true"})],
    ids=["workers", "CI"],
)
def test_with_workers_and_in_ci_a_breakpoint_fails_at_its_line(
    project: Project, options: list[str], env: dict[str, str]
) -> None:
    project.flow("a.py", "FirstFlow", "breakpoint()")
    with at_terminal(project.command(*options), project.root, **env) as terminal:
        assert terminal.finish() == 1
    assert "\na.py:9: in start\n    breakpoint()\n" in terminal.shown
    assert "BreakpointReached: breakpoint() was reached, and nobody can answer it" in terminal.shown


@pytest.mark.slow
def test_a_task_killed_at_its_prompt_leaves_the_terminal_as_it_was(project: Project) -> None:
    project.flow("a.py", "FirstFlow", "import os\nbreakpoint()\nself.x = 1")
    project.flow("b.py", "SecondFlow", "breakpoint()")
    with at_terminal(project.command("-n0"), project.root) as terminal:
        terminal.expect("(Pdb) ")
        os.kill(int(terminal.answer("p os.getpid()")), signal.SIGKILL)
        terminal.expect("SecondFlow, step start, task 1: breakpoint >>>")
        terminal.expect("(Pdb) ")
        terminal.type("c")
        terminal.expect("1 failed, 1 passed in")
        assert terminal.is_as_before
        assert terminal.finish() == 1
    assert "FAILED a.py::FirstFlow - step start was ended by SIGKILL" in terminal.shown


def test_what_reads_from_the_terminal_unasked_fails_at_once(project: Project) -> None:
    project.flow("a.py", "FirstFlow", "import getpass\ngetpass.getpass('Password: ')")
    with at_terminal(project.command("-n0"), project.root) as terminal:
        terminal.expect("1 failed in")
        assert terminal.is_as_before
        assert terminal.finish() == 1
    assert "\na.py:10: in start\n    getpass.getpass('Password: ')\n" in terminal.shown


@linux
def test_when_the_terminal_goes_away_nothing_is_left(project: Project, tmp_path: Path) -> None:
    project.flow("a.py", "FirstFlow", "import os\nbreakpoint()")
    (tmp_path / "tmp").mkdir()
    with at_terminal(project.command("-n0"), project.root, TMPDIR=str(tmp_path / "tmp")) as terminal:
        terminal.expect("(Pdb) ")
        task, run = (int(terminal.answer(f"p os.get{kind}()")) for kind in ("pid", "ppid"))
        terminal.hang_up()
        failed = 1  # pytest cannot write to the terminal, before the signal arrives
        assert terminal.process.wait(60) in (-signal.SIGHUP, failed)
    assert [pid for pid in (task, run) if is_running(pid)] == []
    assert list((tmp_path / "tmp").glob("pytest-metaflow*")) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [pytest.param([], marks=pytest.mark.slow), ["--pdb"]], ids=["plain", "pdb"]
)
def test_ctrl_c_while_no_debugger_asks_ends_the_session(project: Project, options: list[str]) -> None:
    body = "import time\nbreakpoint()\nopen('ready', 'w').close()\ntime.sleep(600)"
    project.flow("a.py", "FirstFlow", body)
    os.mkfifo(project.root / "ready")
    ready = os.open(project.root / "ready", os.O_RDONLY | os.O_NONBLOCK)
    with at_terminal(project.command("-n0", *options), project.root) as terminal:
        terminal.expect("(Pdb) ")
        terminal.type("c")
        wait_for(ready)
        terminal.press(CTRL_C)
        assert terminal.finish() == 2
    assert terminal.shown.count("(Pdb) ") == 1


def test_a_run_in_which_somebody_debugs_may_take_any_time(tmp_path: Path) -> None:
    file = tmp_path / "flow.py"
    file.write_text("open('ready').close()")
    os.mkfifo(tmp_path / "ready")
    plan = RunPlan(file=file, flow="AnyFlow", cwd=tmp_path, timeout=0.01)
    with sandbox(plan) as made:
        assert ColdEngine().run(plan, made).timed_out
        (made.root / TURN).touch()
        writer = subprocess.Popen([sys.executable, "-c", "open('ready', 'w').close()"], cwd=tmp_path)
        assert ColdEngine().run(plan, made).returncode == 0
        writer.wait()
