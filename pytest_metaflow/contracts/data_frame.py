"""`data-frame`: no artifact is a data frame."""

from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.types.libraries import FRAME_TYPES
from pytest_metaflow.contracts.levels import Contracts
from pytest_metaflow.contracts.observed import Artifact, Observed
from pytest_metaflow.contracts.violation import Violation

NAME = "data-frame"

FRAMES = {(name.partition(".")[0], name.rpartition(".")[2]): name for name in FRAME_TYPES}
"""Library and class -> the name users know: libraries move their classes from module to module."""


def violations(seen: Observed, _contracts: Contracts) -> Iterator[Violation]:
    """Artifacts whose class is a frame's, or derives from one."""
    for artifact in seen.artifacts:
        frame = frame_of(artifact)
        if frame:
            derived = artifact.type.rpartition(".")[2] != frame.rpartition(".")[2]
            what = f"a {artifact.type}, which is a {frame}" if derived else f"a {frame}"
            yield Violation(
                NAME,
                f"self.{artifact.name} is {what}",
                'Keep plain Python data, such as `.to_dict("list")`, or delete it before the step ends.',
                artifact.step,
                artifact.name,
                (artifact.task,),
            )


def frame_of(artifact: Artifact) -> str | None:
    """The frame that the artifact is, None for everything else."""
    for name in (artifact.type, *artifact.bases):
        frame = FRAMES.get((name.partition(".")[0], name.rpartition(".")[2]))
        if frame:
            return frame
    return None
