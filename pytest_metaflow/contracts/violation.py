"""One way in which a good run breaks a contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_metaflow.results.run import Raised


@dataclass(frozen=True)
class Violation:
    """What a contract says of a step, or of the flow as a whole where `step` is None."""

    contract: str
    """As in the settings, such as `data-frame`."""
    what: str
    """`self.events is a pandas.DataFrame`"""
    help: str
    step: str | None = None
    artifact: str | None = None
    tasks: tuple[str, ...] = ()
    """The ids of the tasks in which it was seen."""
    chain: tuple[Raised, ...] = ()
    file: Path | None = None
    line: int | None = None
    """Where the user's code brings it about, as far as its source shows."""

    @property
    def where(self) -> str:
        """`step train in 60 tasks: `, empty for the flow as a whole."""
        if self.step is None:
            return ""
        tasks = f" in {len(self.tasks)} tasks" if len(self.tasks) > 1 else ""
        return f"step {self.step}{tasks}: "

    @property
    def line_of_text(self) -> str:
        """`data-frame: step start: self.events is a pandas.DataFrame`"""
        return f"{self.contract}: {self.where}{self.what}"


def together(violations: Iterable[Violation]) -> Iterator[Violation]:
    """One for each step and artifact: what several tasks did is said once."""
    found: dict[tuple[str, str | None, str | None, str], Violation] = {}
    for one in violations:
        rest = "" if one.artifact else one.what
        key = (one.contract, one.step, one.artifact, rest)
        tasks = (*found[key].tasks, *one.tasks) if key in found else one.tasks
        found[key] = replace(found.get(key, one), tasks=tuple(dict.fromkeys(tasks)))
    yield from found.values()
