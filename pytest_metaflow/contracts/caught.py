"""`caught`: no exception ends in `@catch`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_metaflow.contracts.violation import Violation
from pytest_metaflow.results.run import TaskError

NAME = "caught"


def violations(caught: Iterable[TaskError]) -> Iterator[Violation]:
    """Exceptions that `@catch` turned into an artifact."""
    for error in caught:
        message = error.chain[-1].message.partition("\n")[0]
        kind, colon, rest = message.partition(":")
        yield Violation(
            NAME,
            f"@catch swallowed {kind.rpartition('.')[2]}{colon}{rest}",
            "The step's own artifacts are missing. Handle the error in the step where it is expected.",
            error.step,
            tasks=(error.task or "",),
            chain=error.chain,
        )
