"""The summary of a step in GitHub Actions: what became of the flows, on the page of the workflow's run.

The runner names a file in `GITHUB_STEP_SUMMARY`; all commands of a step add to it, at most one MiB.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_metaflow.report.flows import FlowReport, flow_report, is_of_flow, problem
from pytest_metaflow.report.markdown import page

VARIABLE = "GITHUB_STEP_SUMMARY"

LIMIT = 1024 * 1024
"""Bytes that GitHub accepts of a step; it shows nothing of one that is larger."""


class StepSummary:
    """Gathers what became of each flow and writes it at the end. Workers of xdist have none."""

    def __init__(self, config: pytest.Config, file: Path, names_flow: Callable[[str], bool]) -> None:
        self.config = config
        self.file = file
        self.names_flow = names_flow
        """Whether a node id is a flow's or that of a file with flows."""
        self.flows: dict[str, FlowReport] = {}
        self.complaint = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a flow's report, or of xdist's that a worker crashed while it ran a flow."""
        crashed = str(report.when) == "???"
        if is_of_flow(report) or (crashed and self.names_flow(report.nodeid)):
            category = self.config.hook.pytest_report_teststatus(report=report, config=self.config)[0]
            self._note(flow_report(report, category or report.outcome, self.config.rootpath))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take note of a file that holds flows and cannot be read."""
        if report.failed and self.names_flow(report.nodeid):
            reason = problem(report.longrepr, self.config.rootpath)
            self._note(FlowReport(report.nodeid, "error", None, None, None, (), reason))

    def _note(self, flow: FlowReport) -> None:
        self.flows[flow.nodeid] = flow

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the table, where a flow was collected at all."""
        if not self.flows:
            return
        end = str(session.shouldfail or session.shouldstop or "")
        if exitstatus == pytest.ExitCode.INTERRUPTED and not end:
            end = "interrupted"
        try:
            self._append(f"The session ended early: {end}" if end else "")
        except OSError as error:
            self.complaint = f"cannot write {VARIABLE} ({self.file}): {error.strerror}"

    def _append(self, end: str) -> None:
        with self.file.open("ab") as stream:
            room = LIMIT - stream.tell()
            text = page(list(self.flows.values()), end, room)
            stream.write(text.encode())
        if not text:
            self.complaint = f"{VARIABLE} ({self.file}) is full: the table of the flows is left out"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say that the table could not be written, if so."""
        if self.complaint:
            terminalreporter.write_line(f"metaflow: {self.complaint}", yellow=True)


def register(config: pytest.Config, names_flow: Callable[[str], bool]) -> None:
    """Write a summary where a runner asks for one."""
    file = os.environ.get(VARIABLE)
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(StepSummary(config, Path(file), names_flow), "metaflow-step-summary")
