"""Flows that read other flows' runs are given a run of them, made once in a session."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.pytest_metaflow.projects import Outcome, Project, environment
from tests.pytest_metaflow.test_processes import linux, survivors, wait_for

pytestmark = pytest.mark.slow

RAN = "open('ran', 'a').write(self.__class__.__name__ + '\\n')"
"""Leaves a trace in the working directory."""

STATS = f"""
{RAN}
print("computing")
self.x = 41
"""

READER = """
from metaflow import Flow
stats = Flow("StatsFlow")
assert len(list(stats)) == 1
assert stats.latest_run.data.x == stats.latest_successful_run.data.x == 41
assert stats.latest_run["start"].task.stdout.strip() == "computing"
"""


def ran(project: Project) -> list[str]:
    """The flows that have run, once for each time; forgets them."""
    trace = project.root / "ran"
    lines = sorted(trace.read_text().split()) if trace.exists() else []
    trace.unlink(missing_ok=True)
    return lines


def run(project: Project, *args: str) -> Outcome:
    """Run the flows, and see that nothing is left in the directory for temporary files."""
    temporary = project.root.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    outcome = project.execute(project.command(*args), None, {"TMPDIR": str(temporary)})
    assert list(temporary.glob("pytest-metaflow*")) == []
    return outcome


def test_a_producer_and_two_readers_share_one_run_on_two_workers(project: Project) -> None:
    project.flow("a.py", "AFlow", READER)
    project.flow("stats.py", "StatsFlow", STATS)
    project.write("z.py", TRIGGERED)
    outcome = run(project, "-n2")
    assert outcome.outcomes == {"AFlow": "passed", "StatsFlow": "passed", "ZFlow": "passed"}
    assert ran(project) == ["StatsFlow"]
    produced = outcome.items["StatsFlow"].properties["metaflow_run"]
    assert outcome.items["StatsFlow"].properties["metaflow_tasks"] == "start 1, end 1"
    assert outcome.items["AFlow"].properties["metaflow_reads"] == produced
    assert outcome.items["ZFlow"].properties["metaflow_triggered_by"] == produced
    assert outcome.flows_section == [
        f"a.py::AFlow: reads {produced}",
        f"z.py::ZFlow: reads {produced}",
        f"z.py::ZFlow: triggered by {produced}",
    ]


TRIGGERED = """
from metaflow import FlowSpec, Parameter, current, step, trigger_on_finish


@trigger_on_finish(flows=["StatsFlow", "UnknownFlow"])
class ZFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @step
    def start(self):
        assert current.trigger.run.data.x == 41
        assert current.trigger.event.name == "metaflow.StatsFlow.end"
        self.next(self.end)

    @step
    def end(self):
        assert [run.parent.id for run in current.trigger.runs] == ["StatsFlow"]


if __name__ == "__main__":
    ZFlow()
"""


@pytest.mark.slow
def test_a_chain_is_run_for_its_last_flow_alone(project: Project) -> None:
    project.flow("one.py", "OneFlow", f"{RAN}\nself.x = [1]")
    project.flow("two.py", "TwoFlow", f"{RAN}\n{LATEST.format('OneFlow')}\nself.x = x + [2]")
    project.flow("three.py", "ThreeFlow", f"{RAN}\n{LATEST.format('TwoFlow')}\nassert x == [1, 2]")
    settings = project.write("pyproject.toml", FLOW_SETTINGS.format("ThreeFlow", ["NoFlow"]))
    first = run(project, "-k", "ThreeFlow")
    assert first.outcomes == {"ThreeFlow": "failed"}
    assert ran(project) == []
    settings.unlink()
    assert run(project, "--lf").outcomes == {"ThreeFlow": "passed"}
    assert ran(project) == ["OneFlow", "ThreeFlow", "TwoFlow"]


FLOW_SETTINGS = "[tool.pytest_metaflow.flows.{}]\nproducers = {}"

LATEST = "from metaflow import Flow\nx = Flow({!r}).latest_run.data.x"


@pytest.mark.parametrize(
    "workers", [[], pytest.param(["-n2"], marks=pytest.mark.slow)], ids=["alone", "with two workers"]
)
def test_readers_of_a_failed_run_are_skipped_and_it_fails_once(project: Project, workers: list[str]) -> None:
    project.flow("a.py", "AFlow", READER)
    project.flow("b.py", "BFlow", 'from metaflow import Flow\nFlow("AFlow")')
    project.flow("stats.py", "StatsFlow", f"{RAN}\nself.x = 1 / 0")
    outcome = run(project, *workers)
    reason = "needs a run of StatsFlow, which failed: ZeroDivisionError: division by zero (step start)"
    assert outcome.outcomes == {"AFlow": "skipped", "BFlow": "skipped", "StatsFlow": "failed"}
    assert outcome.items["AFlow"].message == reason
    assert outcome.items["BFlow"].message == f"needs a run of AFlow, which is not run: {reason}"
    assert "    self.x = 1 / 0\nE   ZeroDivisionError: division by zero" in outcome.items["StatsFlow"].text
    assert ran(project) == ["StatsFlow"]


def test_a_run_that_a_test_asks_for_is_given_what_it_reads(project: Project) -> None:
    project.flow("stats.py", "StatsFlow", STATS)
    project.flow("reader.py", "ReaderFlow", READER)
    project.flow("bad.py", "BadFlow", "raise ValueError('bad day')")
    project.flow("lost.py", "LostFlow", "from metaflow import Flow\nFlow('BadFlow').latest_run")
    project.write(
        "test_it.py",
        """
        def test_reads(run_flow, run_step):
            run_flow("reader.py")
            run_step("reader.py", "start")

        def test_lost(run_flow):
            run_flow("lost.py", check=False)
        """,
    )
    temporary = project.root.parent / "tmp"
    temporary.mkdir()
    outcome = project.execute(project.plain_command(), None, {"TMPDIR": str(temporary)})
    assert outcome.outcomes == {"test_reads": "passed", "test_lost": "failed"}
    assert ran(project) == ["StatsFlow"]
    assert outcome.items["test_reads"].properties["metaflow_reads"].startswith("StatsFlow/")
    message = "LostFlow needs a run of BadFlow, which failed: ValueError: bad day (step start)"
    assert message in outcome.items["test_lost"].message
    assert list(temporary.glob("pytest-metaflow*")) == []


def test_who_reads_what_is_not_clear_or_not_run_is_told_so(project: Project) -> None:
    """No flow runs here."""
    for name in ("one", "two"):
        project.flow(f"{name}/stats.py", "StatsFlow")
    project.flow("ambiguous.py", "AmbiguousFlow", READER)
    project.flow("circle_a.py", "CircleAFlow", 'from metaflow import Flow\nFlow("CircleBFlow")')
    project.flow("circle_b.py", "CircleBFlow", 'from metaflow import Flow\nFlow("CircleAFlow")')
    project.flow("outside.py", "OutsideFlow", 'from metaflow import Flow\nFlow("CircleAFlow")')
    project.flow("wrong.py", "WrongFlow", "pass")
    project.flow("real.py", "RealFlow", "pass")
    real = project.root / "real.py"
    real.write_text(real.read_text().replace('Parameter("test-mode", type=bool, default=False)', "None"))
    project.flow("reads_real.py", "ReadsRealFlow", 'from metaflow import Flow\nFlow("RealFlow")')
    project.write("pyproject.toml", FLOW_SETTINGS.format("WrongFlow", ["NoFlow"]))
    outcome = run(project, "-k", "not StatsFlow")
    assert {name: (item.outcome, item.message) for name, item in outcome.items.items()} == {
        "AmbiguousFlow": (
            "failed",
            (
                "AmbiguousFlow reads runs of StatsFlow, and 2 flows have that name: "
                "one/stats.py::StatsFlow, two/stats.py::StatsFlow"
            ),
        ),
        "CircleAFlow": ("failed", CIRCLE.format("CircleAFlow reads CircleBFlow reads CircleAFlow")),
        "CircleBFlow": ("failed", CIRCLE.format("CircleBFlow reads CircleAFlow reads CircleBFlow")),
        "OutsideFlow": (
            "skipped",
            "needs a run of CircleAFlow, which is not run: "
            + CIRCLE.format("CircleAFlow reads CircleBFlow reads CircleAFlow"),
        ),
        "WrongFlow": ("failed", 'WrongFlow: producers names "NoFlow", and no flow is started by that name'),
        "RealFlow": ("failed", 'RealFlow has no parameter "test-mode", so a run of it would be a real one'),
        "ReadsRealFlow": (
            "skipped",
            (
                "needs a run of RealFlow, which is not run: "
                'RealFlow has no parameter "test-mode", so a run of it would be a real one'
            ),
        ),
    }
    assert (
        '    [tool.pytest_metaflow.flows."ambiguous.py::AmbiguousFlow"]\n'
        '    producers = ["one/stats.py::StatsFlow"]\n'
    ) in outcome.items["AmbiguousFlow"].text
    assert "producers = []" in outcome.items["CircleAFlow"].text


CIRCLE = "{}: none of them can be the first to run"


@pytest.mark.slow
def test_the_settings_name_producers_in_place_of_the_source(project: Project) -> None:
    project.flow("one/stats.py", "StatsFlow", STATS)
    project.flow("two/stats.py", "StatsFlow", "raise ValueError('the other one')")
    project.flow("reader.py", "ReaderFlow", READER)
    project.flow(
        "computed.py", "ComputedFlow", READER.replace('Flow("StatsFlow")', 'Flow("Stats" + self.flow)')
    )
    computed = project.root / "computed.py"
    computed.write_text(
        computed.read_text().replace("    @step", '    flow = "".join(["Flow"])\n\n    @step', 1)
    )
    project.flow("alone.py", "AloneFlow", READER)
    project.write(
        "pyproject.toml",
        "\n".join(
            FLOW_SETTINGS.format(flow, producers)
            for flow, producers in (
                ("ReaderFlow", ["one/stats.py::StatsFlow"]),
                ("ComputedFlow", ["one/stats.py::StatsFlow"]),
                ("AloneFlow", []),
            )
        ),
    )
    outcome = run(project, "-k", "not StatsFlow")
    assert outcome.outcomes == {"AloneFlow": "failed", "ComputedFlow": "passed", "ReaderFlow": "passed"}
    assert "MetaflowNotFound: Flow('StatsFlow') does not exist" in outcome.items["AloneFlow"].message
    assert ran(project) == ["StatsFlow"]


WAITING = """
import os, time
with open("pids.tmp", "w") as stream:
    stream.write(f"{os.getppid()} {os.getpid()}")
os.rename("pids.tmp", "pids")
open("ready", "w").close()
time.sleep(600)
"""


def interrupted(project: Project, number: signal.Signals, *args: str) -> Path:
    """The directory for temporary files of a session that got a signal while it ran a producer."""
    project.flow("a.py", "AFlow", READER)
    project.flow("stats.py", "StatsFlow", WAITING)
    temporary = project.root.parent / "tmp"
    temporary.mkdir()
    os.mkfifo(project.root / "ready")
    ready = os.open(project.root / "ready", os.O_RDONLY | os.O_NONBLOCK)
    process = subprocess.Popen(
        project.command(*args),
        cwd=project.root,
        env={**environment(), "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(ready)
    process.send_signal(number)
    process.wait(60)
    return temporary


@linux
@pytest.mark.parametrize(
    ("number", "args"),
    [
        (signal.SIGTERM, []),
        pytest.param(signal.SIGINT, ["-n2"], marks=pytest.mark.slow),
    ],
    ids=["SIGTERM", "Ctrl-C with two workers"],
)
def test_an_interrupted_session_leaves_nothing(
    project: Project, number: signal.Signals, args: list[str]
) -> None:
    assert list(interrupted(project, number, *args).glob("pytest-metaflow*")) == []
    assert survivors(project) == []


@pytest.mark.slow
@linux
def test_what_a_killed_session_left_is_removed_by_the_next_one(project: Project) -> None:
    temporary = interrupted(project, signal.SIGKILL)
    for pid in survivors(project):
        wait_for(os.pidfd_open(pid))
    left = list(temporary.glob("pytest-metaflow-session-*"))
    assert [folder.stat().st_mode & 0o777 for folder in left] == [0o700]
    for place in (*left, *temporary.glob("*/brief.json")):
        os.utime(place, (0, 0))
    run(project, "--collect-only")


CRASHING = f"""
{RAN}
import os
from pathlib import Path
if not Path("crashed").exists():
    Path("crashed").touch()
    worker = Path(f"/proc/{{os.getppid()}}/stat").read_text().rpartition(")")[2].split()[1]
    os.kill(int(worker), 9)
    __import__("time").sleep(600)
self.x = 41
"""
"""Kills the pytest worker that runs it, once."""


@pytest.mark.slow
@linux
def test_when_a_worker_is_killed_another_one_makes_the_run(project: Project) -> None:
    for name in ("OneFlow", "TwoFlow"):
        project.flow(f"{name}.py", name, LATEST.format("StatsFlow"))
    project.flow("stats.py", "StatsFlow", CRASHING)
    outcome = project.run("-n2", "-k", "OneFlow or TwoFlow")
    assert "worker 'gw" in outcome.output
    assert sorted(outcome.outcomes.values()) == ["error", "passed"]
    assert ran(project) == ["StatsFlow", "StatsFlow"]
