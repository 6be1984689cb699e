"""How a run is started."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from pytest_metaflow.plan import RunPlan
from pytest_metaflow.sandbox.directory import Sandbox

Watch: TypeAlias = Callable[[Sandbox], None]
"""Looks at a run's sandbox while the run is on."""


@dataclass(frozen=True)
class Ending:
    """How the run's process ended; `returncode` is None where the timeout ended it."""

    returncode: int | None

    @property
    def timed_out(self) -> bool:
        """Whether the run took longer than its plan allows."""
        return self.returncode is None


class Engine(Protocol):
    """Starts a run and waits for it."""

    name: str

    def run(self, plan: RunPlan, made: Sandbox, watch: Watch | None = None) -> Ending:
        """Run to the end or to the timeout. No process of the run is left, whatever happens.

        Output goes to `made.output`. `watch` is called about every tenth of a second, and once the run is
        over. Raises EngineError where the run cannot be started.
        """


class EngineError(Exception):
    """The run cannot be started; the message is one line for the user."""
