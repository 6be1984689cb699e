"""What the runs of a session share."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_metaflow.engines import Engine
from pytest_metaflow.planning.deciding import Session
from pytest_metaflow.s3.server import Server
from pytest_metaflow.sandbox.keeping import Kept


@dataclass(frozen=True)
class Means:
    """What is needed to run flows, made once per pytest process."""

    session: Session
    engine: Engine
    s3: Server
    kept: Kept | None = None
    """Where the data of runs is kept; None where it is not."""
