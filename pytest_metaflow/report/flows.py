"""What the reports of a session say about each flow, for whoever summarises it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_metaflow.report.properties import FLOW, PREFIX, SECONDS, STEPS, TASKS, number_of_tasks
from pytest_metaflow.results.notes import LINES


@dataclass(frozen=True)
class FlowReport:
    """One flow of the session. The numbers are None where it was not run."""

    nodeid: str
    outcome: str
    """Pytest's category, such as `passed`, `failed`, `skipped`, `xfailed` or `error`."""
    steps: int | None
    tasks: int | None
    seconds: float | None
    notes: tuple[str, ...]
    """Lines as the terminal shows them."""
    problem: str
    """Place and message of a failure, or the reason of a skip; one line, empty for a good run."""

    @property
    def extent(self) -> str:
        """`4 steps, 9 tasks, 2.1 s`, or that it was not run."""
        if self.steps is None or self.tasks is None or self.seconds is None:
            return "not run"
        return f"{_counted(self.steps, 'step')}, {_counted(self.tasks, 'task')}, {self.seconds:.1f} s"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def is_of_flow(report: pytest.TestReport) -> bool:
    """Whether a report is one about a flow, and the one of its phases that tells something."""
    return any(name == FLOW for name, _ in report.user_properties) and (
        report.when == "call" or not report.passed
    )


def flow_report(report: pytest.TestReport, category: str, root: Path) -> FlowReport:
    """Read a report. `category` is the one under which the terminal counts it, `root` what paths begin at."""
    given = {name: str(value) for name, value in report.user_properties}
    return FlowReport(
        nodeid=report.nodeid,
        outcome=category,
        steps=int(given[STEPS]) if STEPS in given else None,
        tasks=number_of_tasks(given[TASKS]) if TASKS in given else None,
        seconds=float(given[SECONDS]) if SECONDS in given else None,
        notes=tuple(dict.fromkeys(_notes(report.user_properties))),
        problem=problem(report.longrepr, root),
    )


def _notes(properties: Iterable[tuple[str, object]]) -> Iterable[str]:
    for name, value in properties:
        note = name.removeprefix(PREFIX)
        if note in LINES:
            yield LINES[note].format(value)


def problem(longrepr: object, root: Path) -> str:
    """The line and the message of a failure, or the reason of a skip; empty where there is neither."""
    if isinstance(longrepr, tuple):
        return str(longrepr[2])
    crash = getattr(longrepr, "reprcrash", None)
    if crash is None:
        return str(longrepr or "").partition("\n")[0].replace(f"{root}{os.sep}", "")
    path = Path(crash.path)
    place = path.relative_to(root) if path.is_relative_to(root) else path
    message = str(crash.message).partition("\n")[0]
    return f"{place}:{crash.lineno}: {message}"
