"""Tells, at the end of a session, which steps never ran, and fails it where that is too much."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

import pytest

from pytest_metaflow.contracts.levels import contracts_of
from pytest_metaflow.contracts.step_coverage import NAME, FlowCoverage, Ran, complaints, coverage, lines
from pytest_metaflow.planning.deciding import Session
from pytest_metaflow.report.properties import PREFIX
from pytest_metaflow.results.notes import STEPS_NOT_RUN, STEPS_RUN


@dataclass(frozen=True)
class StepCoverage:
    """What is said of a session's steps, and whether it fails for them."""

    lines: tuple[str, ...]
    complaints: tuple[str, ...]


def step_coverage(reports: Iterable[pytest.TestReport], settings: Session) -> StepCoverage:
    """Of all items that ran; flows whose level is `off` are neither named nor counted."""
    levels = {}
    flows: list[FlowCoverage] = []
    for flow in coverage(_ran(reports)):
        path, _, name = flow.nodeid.partition("::")
        level = contracts_of(settings.project.of(path, name).contracts).level(NAME)
        if level != "off":
            levels[flow.nodeid] = level
            flows.append(flow)
    return StepCoverage(tuple(lines(flows)), tuple(complaints(flows, levels, settings.step_coverage)))


def _ran(reports: Iterable[pytest.TestReport]) -> Iterator[Ran]:
    for report in reports:
        if report.when != "call" or report.skipped or "metaflow" not in report.keywords:
            continue
        properties = {name: str(value) for name, value in report.user_properties}
        ran = properties.get(PREFIX + STEPS_RUN)
        not_run = properties.get(PREFIX + STEPS_NOT_RUN, "")
        yield Ran(report.nodeid, report.passed, _names(ran), _names(not_run) or ())


def _names(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(filter(None, text.split(", ")))


class StepCoveragePlugin:
    """Watches the reports; under xdist only the controller has all of them."""

    def __init__(self, settings: Session) -> None:
        self.settings = settings
        self.reports: list[pytest.TestReport] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the reports of flows."""
        if report.when == "call" and "metaflow" in report.keywords:
            self.reports.append(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Fail the session (exit code 1) where too few steps ran."""
        done = yield
        if step_coverage(self.reports, self.settings).complaints:
            session.testsfailed += 1
        return done

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say so."""
        found = step_coverage(self.reports, self.settings)
        if found.lines or found.complaints:
            terminalreporter.write_sep("=", "steps")
        for line in found.lines:
            terminalreporter.write_line(line)
        for complaint in found.complaints:
            terminalreporter.write_line(f"FAIL {complaint}", red=True)
