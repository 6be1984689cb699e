"""What the tasks of a run printed, read from the output of Metaflow's runtime."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SHOWN_LINES = 20
"""Of a task, and of the whole run."""

KEPT_LINES = 500
"""Of each task, since a traceback is taken out of them."""

KEPT_COLUMNS = 400

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")

_STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} "
_LINE = re.compile(rf"{_STAMP}\[[^/\]]+/(?P<step>[^/\]]+)/(?P<task>[^ \]]+) \(pid \d+\)\] ?(?P<text>.*)")
"""`Task.log` of Metaflow's runtime.py: time, run, step, task, process, text."""

_STARTS = ("Task is starting.", "Task is starting (retry).")
_ENDS = ("Task finished successfully.", "Task failed.")
_RAISED = re.compile(r"<flow .+> failed:|Internal error")
"""What Metaflow prints before the traceback of a step (task.py, cli.py)."""


def plain(text: str) -> str:
    """Text without escape codes and other control characters, which JUnit XML cannot hold, and without lone
    surrogates (undecodable bytes of a file's name, say), which xdist cannot send."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _ESCAPES.sub("", text)))


@dataclass
class TaskLog:
    """The last lines of the latest attempt of a task."""

    step: str
    task: str
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    running: bool = True

    def add(self, text: str) -> None:
        """Take one line of the runtime's output."""
        if text in _STARTS:
            self.lines.clear()
            self.running = True
        elif text in _ENDS:
            self.running = False
        elif not _RAISED.fullmatch(text):
            self.lines.append(text)


@dataclass(frozen=True)
class RunLog:
    """The output of a run, by task id, and its last lines."""

    tasks: dict[str, TaskLog]
    tail: tuple[str, ...]

    def of(self, task: str | None, without: Iterable[str] = ()) -> tuple[str, ...]:
        """The last lines of a task, `without` those of a traceback: stdout and stderr are mixed here."""
        found = self.tasks.get(task or "")
        if found is None:
            return ()
        unwanted = Counter(_as_echoed(line) for line in without)
        kept = []
        for line in found.lines:
            if unwanted[_as_echoed(line)]:
                unwanted[_as_echoed(line)] -= 1
            else:
                kept.append(line)
        return tuple("\n".join(kept).strip("\n").split("\n")[-SHOWN_LINES:] if any(kept) else ())

    @property
    def running(self) -> tuple[TaskLog, ...]:
        """The tasks that had started and not ended."""
        return tuple(task for task in self.tasks.values() if task.running)


def _as_echoed(line: str) -> str:
    """A line without what Metaflow takes away: asterisks are its mark-up (`echo_always` in cli.py).

    The beginning is enough: a long line is cut.
    """
    return plain(line).replace("*", "").strip()[: KEPT_COLUMNS // 2]


def read(output: Path) -> RunLog:
    """Read a run's output, however long; undecodable bytes and escape codes are dropped.

    A step may have removed the file.
    """
    tasks: dict[str, TaskLog] = {}
    tail: deque[str] = deque(maxlen=SHOWN_LINES)
    for line in _lines(output):
        tail.append(line)
        match = _LINE.fullmatch(line)
        if match:
            log = tasks.setdefault(match["task"], TaskLog(match["step"], match["task"]))
            log.add(match["text"])
    return RunLog(tasks, tuple(tail))


def _lines(output: Path) -> Iterator[str]:
    with (
        suppress(FileNotFoundError),
        output.open(encoding="utf-8", errors="replace", newline="\n") as stream,
    ):
        while line := stream.readline(1_000_000):
            text = plain(line.rstrip())
            yield text if len(text) <= KEPT_COLUMNS else f"{text[:KEPT_COLUMNS]}…"
