"""How far a run is, read from what its process tells while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pytest_metaflow.inside.protocol import PROGRESS


@dataclass
class StepProgress:
    """The tasks of a step so far. Times are seconds of the monotonic clock."""

    name: str
    follows: frozenset[str]
    """The steps that `self.next` may lead to."""
    queued: int = 0
    """Tasks that are known of, those that have started and ended included."""
    ended: int = 0
    running: set[str] = field(default_factory=set)
    started: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    first: float | None = None
    last: float = 0.0

    @property
    def busy(self) -> bool:
        """Whether tasks of it run or wait."""
        return bool(self.running) or self.ended < self.queued

    @property
    def seconds(self) -> float:
        """From the start of its first task to the latest end of one."""
        return max(0.0, self.last - self.first) if self.first is not None else 0.0


class Progress:
    """The steps of one run as far as it is. The file is read on from where the last look ended."""

    def __init__(self, sandbox: Path) -> None:
        self.steps: dict[str, StepProgress] = {}
        self._file = sandbox / PROGRESS
        self._offset = 0

    def read(self) -> None:
        """Take in what has been told since; nothing where there is no file."""
        with suppress(OSError), self._file.open("rb") as stream:
            stream.seek(self._offset)
            told = stream.read().rpartition(b"\n")[0]
            self._offset += len(told) + 1 if told else 0
            for line in told.decode().splitlines():
                self._take(line)

    def _take(self, line: str) -> None:
        seconds, event, name, *words = line.split(" ")
        if event == "step":
            self.steps[name] = StepProgress(name, frozenset(words))
            return
        step = self.steps[name]
        if event == "queued":
            step.queued += 1
        elif event == "started":
            step.running.add(words[0])
            step.started.add(words[0])
            step.failed.discard(words[0])
            step.first = float(seconds) if step.first is None else step.first
        else:
            step.running.discard(words[0])
            step.ended += event == "ended"
            step.failed.update(words if event == "failed" else ())
            step.last = float(seconds)

    @property
    def tasks(self) -> dict[str, int]:
        """Number of tasks that have started, by step, in the order of the steps' first tasks."""
        begun = sorted(self._begun(), key=lambda step: step.first or 0.0)
        return {step.name: len(step.started) for step in begun}

    def _begun(self) -> Iterator[StepProgress]:
        return (step for step in self.steps.values() if step.started)

    def over(self) -> Iterator[StepProgress]:
        """The steps that have had their last task: neither they nor any step before them have others."""
        alive = self._reachable([step.name for step in self.steps.values() if step.busy])
        return (step for step in self._begun() if step.name not in alive)

    def _reachable(self, names: list[str]) -> set[str]:
        """The named steps and all that may come after them."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found and name in self.steps:
                found.add(name)
                waiting.extend(self.steps[name].follows)
        return found

    def running(self) -> Iterator[StepProgress]:
        """The steps whose tasks run now."""
        return (step for step in self.steps.values() if step.running)
