"""`library-class`: no artifact is an object of a class that a library brings."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_metaflow.contracts.data_frame import frame_of
from pytest_metaflow.contracts.levels import Contracts
from pytest_metaflow.contracts.observed import Observed
from pytest_metaflow.contracts.violation import Violation

NAME = "library-class"


def violations(seen: Observed, contracts: Contracts) -> Iterator[Violation]:
    """Artifacts of installed packages' classes; a data frame that `data-frame` names is not said twice."""
    for artifact in seen.artifacts:
        told = contracts.data_frame != "off" and frame_of(artifact)
        if artifact.owner == "library" and not told:
            yield Violation(
                NAME,
                f"self.{artifact.name} is a {artifact.type}",
                "Keep plain Python data, or bytes in a format of the library's own.",
                artifact.step,
                artifact.name,
                (artifact.task,),
            )
