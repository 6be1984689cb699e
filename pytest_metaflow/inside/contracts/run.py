"""What is looked at in the run's own process, once the run has succeeded."""

from __future__ import annotations

import os
from typing import Any

from pytest_metaflow.inside.protocol import SILENT, brief, record


def record_graph(runtime: Any) -> None:
    """Report the steps of the flow, each with those that may follow it, as Metaflow's graph has them."""
    record("graph", {"steps": {node.name: list(node.out_funcs) for node in runtime._graph}})


def look(runtime: Any) -> None:
    """Ask what the contracts of this run want to know; `runtime` is Metaflow's `NativeRuntime`.

    A flow that the flow's own code starts is asked nothing.
    """
    if SILENT in os.environ:
        return
    wanted = brief()["contracts"]
    if wanted.get("test_mode"):
        from pytest_metaflow.inside.contracts import test_mode

        test_mode.look(runtime, wanted["test_mode"])
    if wanted.get("portable"):
        from pytest_metaflow.inside.contracts import portable

        portable.look(runtime._flow_datastore.ca_store)
