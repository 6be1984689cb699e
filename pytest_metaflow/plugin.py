"""The pytest plugin's options, fixtures and registration; nothing else is imported before it is needed."""

from __future__ import annotations

import pytest

from pytest_metaflow import options
from pytest_metaflow.fixtures import _metaflow_runner as _metaflow_runner
from pytest_metaflow.fixtures import run_flow as run_flow
from pytest_metaflow.fixtures import run_step as run_step
from pytest_metaflow.s3.fixture import metaflow_s3 as metaflow_s3

PLUGIN = "metaflow-flows"
"""The name of the working plugin."""

MARKER = (
    "metaflow(parameters, timeout, environment, secrets, trigger, producers, task_setup, max_foreach, "
    "contracts, expect): the run of a Metaflow flow, and settings of it"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the command line and the ini values."""
    options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and the working plugin where flows are asked for."""
    config.addinivalue_line("markers", MARKER)
    if config.option.metaflow_flows:
        _register(config)


def _register(config: pytest.Config) -> None:
    from pytest_metaflow.assembly import means_of
    from pytest_metaflow.collection.durations import Durations
    from pytest_metaflow.collection.hooks import FlowPlugin
    from pytest_metaflow.collection.sharing import WORKER_KEY, Sharing
    from pytest_metaflow.producers.finding import Finder
    from pytest_metaflow.producers.making import Producers
    from pytest_metaflow.producers.shared import Shared
    from pytest_metaflow.report import github
    from pytest_metaflow.report.step_coverage import StepCoveragePlugin

    means, project = means_of(config)
    folder = Shared(getattr(config, "workerinput", {}).get(WORKER_KEY))
    config.add_cleanup(folder.remove)
    producers = Producers(Finder(project, means.session), means, folder)
    flows = FlowPlugin(config, project, means, producers)
    config.pluginmanager.register(flows, PLUGIN)
    config.pluginmanager.register(Sharing(producers, folder), "metaflow-sharing")
    config.pluginmanager.register(Durations(config), "metaflow-durations")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(StepCoveragePlugin(means.session), "metaflow-step-coverage")
    github.register(config, flows.names_flow)
