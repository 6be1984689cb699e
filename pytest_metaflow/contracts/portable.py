"""`portable`: every artifact loads where there is nothing but Python's standard library."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_metaflow.contracts.levels import Contracts
from pytest_metaflow.contracts.observed import Observed
from pytest_metaflow.contracts.violation import Violation

NAME = "portable"


def violations(seen: Observed, _contracts: Contracts) -> Iterator[Violation]:
    """Artifacts that such an interpreter failed to load."""
    for artifact in seen.artifacts:
        if artifact.key in seen.unreadable:
            yield Violation(
                NAME,
                f"self.{artifact.name} does not load with the standard library alone: "
                f"{seen.unreadable[artifact.key]}",
                "Keep plain Python data.",
                artifact.step,
                artifact.name,
                (artifact.task,),
            )
