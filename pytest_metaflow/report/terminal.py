"""The lines of the terminal report that are about flows."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator

import pytest

from pytest_metaflow.planning.deciding import Session
from pytest_metaflow.report.flows import FlowReport, flow_report, is_of_flow
from pytest_metaflow.sandbox.variables import passed

INDENT = "    "


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
    """A section with a line for each flow of which something is to be said; with `-v`, for each that ran."""
    flows = [
        flow for flow in _flows(reporter) if flow.notes or (reporter.verbosity > 0 and flow.steps is not None)
    ]
    if flows:
        reporter.write_sep("=", "flows")
    for flow in flows:
        for line in lines(flow, reporter._tw.fullwidth):
            reporter.write_line(line)


def lines(flow: FlowReport, width: int) -> Iterator[str]:
    """`flows/train.py::TrainFlow: 4 steps, 9 tasks, 2.1 s; made local: @kubernetes (train)`

    Where that is too long for the terminal, each note has a line of its own below.
    """
    head = f"{flow.nodeid}: {flow.extent}"
    whole = "; ".join([head, *flow.notes])
    if len(whole) <= width:
        yield whole
        return
    yield head
    for note in flow.notes:
        yield from _wrapped(note, width)


def _wrapped(note: str, width: int) -> list[str]:
    return textwrap.wrap(
        note,
        max(width, 40),
        initial_indent=INDENT,
        subsequent_indent=INDENT * 2,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _flows(reporter: pytest.TerminalReporter) -> list[FlowReport]:
    found = [
        flow_report(report, category, reporter.config.rootpath)
        for category, reports in reporter.stats.items()
        for report in reports
        if isinstance(report, pytest.TestReport) and is_of_flow(report)
    ]
    return sorted(found, key=lambda flow: flow.nodeid)
