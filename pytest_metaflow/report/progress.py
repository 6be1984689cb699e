"""A line for each step while a flow runs, where somebody looks at a terminal and asked for it with `-v`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import pytest

from pytest_metaflow.engines import Watch
from pytest_metaflow.results.progress import Progress, StepProgress
from pytest_metaflow.sandbox.directory import Sandbox


@contextmanager
def shown(config: pytest.Config) -> Iterator[Watch | None]:
    """What shows the progress of one run while it is watched; None where nobody would see it.

    A worker of xdist has no terminal.
    """
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not reporter.isatty or reporter.verbosity < 1 or hasattr(config, "workerinput"):
        yield None
        return
    lines = StepLines(config, reporter)
    try:
        yield lines.show
    finally:
        lines.close()


@dataclass(frozen=True)
class Marks:
    """How a step ended or that it runs."""

    good: str = "✓"
    failed: str = "✗"
    stopped: str = "stopped"
    running: str = "…"


PLAIN = Marks("ok", "failed", running="...")


class StepLines:
    """Writes a line for each step that is over, and below them one that changes: the steps that run."""

    def __init__(self, config: pytest.Config, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter
        self._capture = config.pluginmanager.get_plugin("capturemanager")
        self._marks = _marks(reporter)
        self._progress: Progress | None = None
        self._written: set[str] = set()
        self._running = ""
        self._begun = False

    def show(self, made: Sandbox) -> None:
        """Write what has changed since the last look."""
        if self._progress is None:
            self._progress = Progress(made.root)
        self._progress.read()
        over = [step for step in self._progress.over() if step.name not in self._written]
        self._write(over, ", ".join(map(self._line_of_running, self._progress.running())))

    def close(self) -> None:
        """Say of the steps that are left how far they came; the cursor is at the beginning of a line then."""
        steps = self._progress.steps.values() if self._progress else ()
        self._write([step for step in steps if step.started and step.name not in self._written], "")

    def _write(self, over: list[StepProgress], running: str) -> None:
        """Replace the line of the running steps, past what pytest captures (as `_pytest/logging.py` does)."""
        running = _cut(f"  {running}", self._reporter._tw.fullwidth - 1) if running else ""
        if not over and running == self._running:
            return
        with self._uncaptured():
            if self._running:
                self._reporter.write_raw(f"\r{' ' * len(self._running)}\r")
            elif not self._begun:
                self._reporter.write("\n")
                self._begun = True
            for step in over:
                self._reporter.write(f"{self._line_of_over(step)}\n", red=bool(step.failed))
            self._reporter.write_raw(running, flush=True)
        self._written.update(step.name for step in over)
        self._running = running

    def _uncaptured(self) -> AbstractContextManager[None]:
        return self._capture.global_and_fixture_disabled() if self._capture else nullcontext()

    def _line_of_running(self, step: StepProgress) -> str:
        """`train 12/60 …`"""
        tasks = f" {step.ended}/{step.queued}" if step.queued > 1 else ""
        return f"{step.name}{tasks} {self._marks.running}"

    def _line_of_over(self, step: StepProgress) -> str:
        """`  train ✓ 60 tasks, 3.1 s`, or `  train ✗ 12/60 tasks, 3.1 s`"""
        mark = self._marks.failed if step.failed else self._marks.stopped
        if not step.busy:
            mark = self._marks.good
        done = f"{step.ended}/{step.queued}" if step.busy else f"{step.ended}"
        tasks = f" {done} tasks{',' if step.last else ''}" if step.queued > 1 else ""
        seconds = f" {step.seconds:.1f} s" if step.last else ""
        return f"  {step.name} {mark}{tasks}{seconds}"


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: max(0, width - 3)] + "..."


def _marks(reporter: pytest.TerminalReporter) -> Marks:
    """The marks, in ASCII where the terminal has no others."""
    encoding = getattr(reporter._tw._file, "encoding", None) or "ascii"
    try:
        "✓✗…".encode(encoding)
    except (UnicodeError, LookupError):
        return PLAIN
    return Marks()
