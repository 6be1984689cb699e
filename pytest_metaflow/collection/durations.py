"""How long each flow took in the last session, in pytest's cache, and the order that follows from it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from functools import cached_property
from typing import Any

import pytest

from pytest_metaflow.collection.nodes import FlowItem
from pytest_metaflow.collection.order import Scheduling, spread
from pytest_metaflow.report.properties import SECONDS

CACHE_KEY = "metaflow/durations"

WORKER_KEY = "metaflow_order"
"""Where a worker of xdist finds what it orders by: all of them have to come to the same order."""


class Durations:
    """Remembers durations where items are reported, and orders items where they are collected for xdist."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.measured: dict[str, float] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker how long flows took, and how items will be handed out."""
        option = self.config.option
        how = (option.dist, node.workerinput["workercount"], getattr(option, "maxschedchunk", None))
        node.workerinput[WORKER_KEY] = (self.last, how)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, object, object]:
        """Order the items of a worker, after all that deselects or orders them."""
        result = yield
        durations, how = getattr(self.config, "workerinput", {}).get(WORKER_KEY, ({}, None))
        flows: list[pytest.Item] = [item for item in items if isinstance(item, FlowItem)]
        known = {flow: durations[flow.nodeid] for flow in flows if flow.nodeid in durations}
        if known:
            others = [item for item in items if not isinstance(item, FlowItem)]
            items[:] = spread(flows, others, known, Scheduling(*how))
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of the seconds of a run, without those of runs that it waited for."""
        seconds = dict(report.user_properties).get(SECONDS)
        if report.when == "call" and isinstance(seconds, str):
            self.measured[report.nodeid] = float(seconds)

    def pytest_sessionfinish(self) -> None:
        """Write what was measured beside what is known of other flows whose files are still there."""
        cache = getattr(self.config, "cache", None)
        if cache is None or hasattr(self.config, "workerinput") or not self.measured:
            return
        root = self.config.rootpath
        known = {nodeid: s for nodeid, s in self.last.items() if (root / nodeid.partition("::")[0]).is_file()}
        cache.set(CACHE_KEY, {**known, **self.measured})

    @cached_property
    def last(self) -> Mapping[str, float]:
        """The durations in the cache, which a person may have edited; read once, for all workers alike."""
        cache = getattr(self.config, "cache", None)
        found = cache.get(CACHE_KEY, {}) if cache is not None else {}
        if not isinstance(found, dict):
            return {}
        return {str(nodeid): float(s) for nodeid, s in found.items() if isinstance(s, int | float) and s >= 0}
