"""The lines of the terminal report that are about flows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import pytest

from pytest_metaflow.notes import LINES
from pytest_metaflow.planning import Session
from pytest_metaflow.report.properties import PREFIX
from pytest_metaflow.variables import passed


def header(engine: str, session: Session) -> list[str]:
    """The lines at the top: how flows are run, and what is open to them."""
    how = f"metaflow: {engine} engine, timeout {session.timeout:g} s"
    lines = [f"{how}, missing test mode: {session.missing_test_mode}, network: {session.network}"]
    if session.datastore == "s3":
        lines[0] += ", datastore s3"
    if session.max_foreach:
        lines[0] += f", foreaches cut to {session.max_foreach}"
    if session.task_setup:
        lines[0] += f", task setup: {session.task_setup}"
    let_in = passed(os.environ, session.pass_env)
    if session.pass_env:
        lines.append(f"metaflow: passes {', '.join(let_in) or 'none of ' + ', '.join(session.pass_env)}")
    if session.allow_network:
        lines.append(f"metaflow: may reach {', '.join(session.allow_network)}")
    return lines


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
