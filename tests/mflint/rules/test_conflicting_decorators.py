from __future__ import annotations

from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, silences, write

FOREACH = "self.next(self.a, foreach='xs')"
SWITCH = "self.next({'a': self.a, 'b': self.b}, condition='x')"
LINEAR = "self.next(self.a)"


def flow(
    of_step: str = "", *, of_flow: str = "", tail: str = LINEAR, body: str = "pass"
) -> dict[str, str | bytes]:
    """Decorators of the flow stand from line 2 on; one of the step, without any of those, on line 4."""
    lines = ["from metaflow import *", *of_flow.splitlines(), "class F(FlowSpec):", f"    {body}"]
    lines += [f"    {line}" for line in of_step.splitlines()]
    lines += ["    @step", "    def start(self):", f"        {tail}"]
    lines += ["    @step", "    def end(self):", "        pass"]
    return {"flow.py": "\n".join(lines) + "\n"}


@pytest.mark.parametrize(
    ("decorators", "line", "message"),
    [
        ("@timeout", 4, "`@timeout` gives no duration"),
        ("@timeout(seconds=0, minutes='0')", 4, "`@timeout` gives no duration"),
        ("@batch\n@timeout(seconds=59)", 5, "`@batch` wants a timeout of 60 seconds or more, not 59"),
        (
            "@timeout(seconds='30')\n@kubernetes",
            4,
            "`@kubernetes` wants a timeout of 60 seconds or more, not 30",
        ),
        ("@retry(times=5)", 4, "`@retry` asks for 5 retries, and Metaflow allows 4"),
        ("@retry(times='10')", 4, "`@retry` asks for 10 retries, and Metaflow allows 4"),
        ("@batch\n@kubernetes", 5, "a step runs by `@kubernetes` or by `@batch`, not by both"),
        (
            "@catch\n@parallel\n@kubernetes",
            4,
            "`@catch` does not work on a step with `@parallel` and `@kubernetes`",
        ),
        ("@batch(inferentia=1, trainium=1)", 4, "`@batch` takes `inferentia` or `trainium`, not both"),
        (
            "@pypi(packages={})\n@conda(packages={'a': '1'})",
            4,
            "a step gets its packages by `@pypi` or by `@conda`, not by both",
        ),
    ],
)
def test_decorators_that_fail_at_a_step_are_found(
    tmp_path: Path, decorators: str, line: int, message: str
) -> None:
    assert check(tmp_path, flow(decorators), "MF707") == [(line, 5, message)]


@pytest.mark.parametrize(
    ("tail", "does"),
    [
        (FOREACH, "opens a foreach"),
        ("self.next(self.a, num_parallel=2)", "opens a foreach"),
        (SWITCH, "is a switch"),
    ],
)
def test_catch_on_a_step_that_splits_dynamically_is_found(tmp_path: Path, tail: str, does: str) -> None:
    message = f"`@catch` does not work on step `start`, which {does}"
    assert check(tmp_path, flow("@catch(var='e')", tail=tail), "MF707") == [(4, 5, message)]


@pytest.mark.parametrize(
    ("decorators", "body", "line", "message"),
    [
        ("@trigger", "pass", 2, "`@trigger` is not given `event` or `events`"),
        ("@trigger(events=[])", "pass", 2, "`@trigger` is not given `event` or `events`"),
        ("@trigger(event='a', events=['b'])", "pass", 2, "`@trigger` takes `event` or `events`, not both"),
        ("@trigger_on_finish()", "pass", 2, "`@trigger_on_finish` is not given `flow` or `flows`"),
        (
            "@trigger_on_finish(flow='A', flows=['B'])",
            "pass",
            2,
            "`@trigger_on_finish` takes `flow` or `flows`, not both",
        ),
        (
            "@trigger_on_finish(flow='A')\n@trigger(event='a')",
            "pass",
            3,
            "no orchestrator deploys a flow with both `@trigger` and `@trigger_on_finish`",
        ),
        ("@exit_hook(on_error=[])", "pass", 2, "`@exit_hook` is not given a function to call"),
        (
            "@schedule",
            "day = Parameter('day', required=True)",
            2,
            "a scheduled run has no value for the required parameter `day`",
        ),
        (
            "@schedule(cron=CRON, hourly=True)",
            "day = Parameter('day', required=True)",
            2,
            "a scheduled run has no value for the required parameter `day`",
        ),
    ],
)
def test_decorators_that_fail_at_the_flow_are_found(
    tmp_path: Path, decorators: str, body: str, line: int, message: str
) -> None:
    assert check(tmp_path, flow(of_flow=decorators, body=body), "MF707") == [(line, 1, message)]


def test_packages_of_the_whole_flow_count_for_every_step(tmp_path: Path) -> None:
    files = flow("@pypi(packages={'a': '1'})", of_flow="@conda_base(libraries={'b': '1'})")
    message = "a step gets its packages by `@pypi` or by `@conda_base`, not by both"
    assert check(tmp_path, files, "MF707") == [(5, 5, message)]
    both = flow(of_flow="@pypi_base\n@conda_base(packages={'b': '1'})")
    message = "a step gets its packages by `@pypi_base` or by `@conda_base`, not by both"
    assert check(tmp_path, both, "MF707") == [(2, 1, message)]


def test_an_extension_may_let_packages_be_mixed(tmp_path: Path) -> None:
    write(tmp_path, flow("@pypi\n@conda(packages={'a': '1'})"))
    options = {"conflicting-decorators": {"mixed-packages": True}}
    assert check_paths([tmp_path], Settings(tmp_path, select=("MF707",), options=options)).findings == ()


@pytest.mark.parametrize(
    ("decorators", "tail"),
    [
        ("@timeout(seconds=1)", LINEAR),
        ("@timeout(seconds=0, minutes=MINUTES)", LINEAR),
        ("@timeout(**LIMITS)", LINEAR),
        ("@timeout(minutes=1)\n@batch", LINEAR),
        ("@retry", LINEAR),
        ("@retry(times=4)", LINEAR),
        ("@retry(times=TIMES)", LINEAR),
        ("@batch\n@resources(memory=10)", LINEAR),
        ("@catch", LINEAR),
        ("@catch", "self.next(self.a, self.b)"),
        ("@retry(times=2)", FOREACH),
        ("@parallel\n@catch", LINEAR),
        ("@parallel\n@kubernetes", LINEAR),
        ("@parallel", SWITCH),
        ("@batch(inferentia=1, trainium=None)", LINEAR),
        ("@batch(inferentia=1, trainium=COUNT)", LINEAR),
        ("@pypi(packages={'a': '1'})\n@conda(packages={})", LINEAR),
        ("@pypi(packages={'a': '1'})\n@conda(packages={'a': '1'}, disabled=True)", LINEAR),
        ("@pypi(disabled=OFF)\n@conda(packages={'a': '1'})", LINEAR),
        ("@pypi(packages={'a': '1'})\n@conda(packages=PACKAGES)", LINEAR),
    ],
)
def test_decorators_that_work_together_are_left_alone(tmp_path: Path, decorators: str, tail: str) -> None:
    assert check(tmp_path, flow(decorators, tail=tail), "MF707") == []


@pytest.mark.parametrize(
    ("decorators", "body"),
    [
        ("@trigger(event='a')", "pass"),
        ("@trigger(event=EVENT, events=None)", "pass"),
        ("@trigger_on_finish(flows=['A', 'B'])", "pass"),
        ("@trigger(**EVENTS)", "pass"),
        ("@trigger(event='a')\n@schedule(daily=True)", "pass"),
        ("@exit_hook(on_success=[f])", "pass"),
        ("@schedule(hourly=True)", "day = Parameter('day', default='', required=True)"),
        ("@schedule(hourly=True)", "day = Parameter('day')"),
        ("@schedule(daily=False)", "day = Parameter('day', required=True)"),
        ("@schedule(daily=DAILY)", "day = Parameter('day', required=True)"),
        ("@project(name='a')", "day = Parameter('day', required=True)"),
    ],
)
def test_decorators_of_a_flow_that_work_are_left_alone(tmp_path: Path, decorators: str, body: str) -> None:
    assert check(tmp_path, flow(of_flow=decorators, body=body), "MF707") == []


def test_what_is_inherited_is_reported_at_the_class(tmp_path: Path) -> None:
    base = flow("@kubernetes\n@batch")["flow.py"]
    code = "from base import F\nclass G(F):\n    pass\n"
    assert check(tmp_path, {"base.py": base, "flow.py": code}, "MF707") == [
        (2, 7, "a step runs by `@kubernetes` or by `@batch`, not by both")
    ]


def test_where_other_code_may_take_decorators_away_nothing_is_said(tmp_path: Path) -> None:
    by_step = flow("@mutate\n@timeout")
    assert check(tmp_path, by_step, "MF707") == []
    assert silences(tmp_path, by_step, "MF707") == [
        "MF707 [conflicting-decorators]: @mutate may change decorators"
    ]
    by_flow = flow("@timeout", of_flow="@mutate")
    assert check(tmp_path, by_flow, "MF707") == []
    assert silences(tmp_path, by_flow, "MF707") == [
        "MF707 [conflicting-decorators]: @mutate may change the flow"
    ]


def test_of_the_last_step_metaflow_reads_no_transition(tmp_path: Path) -> None:
    files = flow(tail="pass")
    code = files["flow.py"]
    assert isinstance(code, str)
    last = code.replace(
        "    @step\n    def end(self):\n        pass",
        f"    @catch\n    @step\n    def end(self):\n        {FOREACH}",
    )
    assert "@catch" in last
    assert check(tmp_path, {"flow.py": last}, "MF707") == []
