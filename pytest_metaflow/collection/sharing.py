"""What the workers of a session share of its runs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from pytest_metaflow.collection.nodes import FlowItem
from pytest_metaflow.producers.making import Producers
from pytest_metaflow.producers.shared import Shared, remove_stale
from pytest_metaflow.sandbox.directory import SandboxError

WORKER_KEY = "metaflow_shared"
"""Where a worker of xdist finds the folder that its controller made."""


class Sharing:
    """Hands the shared folder to the workers, and tells which flows the session runs."""

    def __init__(self, producers: Producers, shared: Shared) -> None:
        self.producers = producers
        self.shared = shared

    def pytest_sessionstart(self) -> None:
        """Tidy up after sessions that were killed."""
        remove_stale()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist where the folder is; where there can be none, it tries to make its own."""
        with suppress(SandboxError):
            node.workerinput[WORKER_KEY] = str(self.shared.root)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """The flows that are run, after all that deselects."""
        self.producers.expect(item.flow for item in session.items if isinstance(item, FlowItem))
