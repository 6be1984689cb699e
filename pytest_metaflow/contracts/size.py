"""`size`: no artifact is larger than the limit."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_metaflow.contracts.levels import Contracts
from pytest_metaflow.contracts.observed import Artifact, Observed
from pytest_metaflow.contracts.violation import Violation

NAME = "size"


def violations(seen: Observed, contracts: Contracts) -> Iterator[Violation]:
    """Artifacts whose pickle is larger, in the task where it is largest."""
    largest: dict[tuple[str, str], Artifact] = {}
    for artifact in sorted(seen.artifacts, key=lambda artifact: -artifact.size):
        if artifact.size > contracts.max_artifact_size:
            largest.setdefault((artifact.step, artifact.name), artifact)
            yield _violation(largest[artifact.step, artifact.name], artifact.task, contracts)


def _violation(largest: Artifact, task: str, contracts: Contracts) -> Violation:
    return Violation(
        NAME,
        f"self.{largest.name} has {shown(largest.size)}, more than {shown(contracts.max_artifact_size)}",
        "Keep less of it, or raise `max-artifact-size`.",
        largest.step,
        largest.name,
        (task,),
    )


def shown(size: int) -> str:
    """`1.5 MB`"""
    for unit, bytes_ in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= bytes_:
            return f"{size / bytes_:.3g} {unit}"
    return f"{size} bytes"
