"""The lines of the terminal report that are about flows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from pytest_metaflow.notes import LINES
from pytest_metaflow.planning import Session
from pytest_metaflow.report.properties import PREFIX


def header(engine: str, session: Session) -> str:
    """The line at the top."""
    policy = session.missing_test_mode
    setup = f", task setup: {session.task_setup}" if session.task_setup else ""
    return f"metaflow: {engine} engine, timeout {session.timeout:g} s, missing test mode: {policy}{setup}"


def write_summary(reporter: pytest.TerminalReporter) -> None:
    """A section with a line for each thing worth knowing; nothing where there is none."""
    lines = list(summary(_reports(reporter)))
    if lines:
        reporter.write_sep("=", "flows")
    for line in lines:
        reporter.write_line(line)


def summary(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """Lines such as `flows/train.py::TrainFlow: made local: @kubernetes (train)`."""
    for report in sorted(reports, key=lambda report: report.nodeid):
        for name, value in report.user_properties:
            note = name.removeprefix(PREFIX)
            if note in LINES:
                yield f"{report.nodeid}: {LINES[note].format(value)}"


def _reports(reporter: pytest.TerminalReporter) -> Iterator[pytest.TestReport]:
    for reports in reporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when == "call":
                yield report
