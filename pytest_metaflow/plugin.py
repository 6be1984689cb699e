"""The pytest plugin's options and its registration. With `--metaflow-flows` off it imports
nothing that is heavy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_metaflow import options
from pytest_metaflow.s3.fixture import metaflow_s3 as metaflow_s3
from pytest_metaflow.s3.fixture import server_of

if TYPE_CHECKING:
    from pytest_metaflow.planning import Session


MARKER = (
    "metaflow(parameters, timeout, environment, secrets, trigger, max_foreach, expect): "
    "the run of a Metaflow flow, and settings of it"
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
    from mflint.discovery import python_files
    from mflint.project import Project
    from mflint.settings import SettingsError as LinterSettingsError
    from mflint.settings import load_settings
    from pytest_metaflow.collection.durations import Durations
    from pytest_metaflow.collection.hooks import FlowPlugin
    from pytest_metaflow.collection.sharing import WORKER_KEY, Sharing
    from pytest_metaflow.engines.cold import ColdEngine
    from pytest_metaflow.means import Means
    from pytest_metaflow.network import NetworkError
    from pytest_metaflow.producers.finding import Finder
    from pytest_metaflow.producers.making import Producers
    from pytest_metaflow.producers.shared import Shared
    from pytest_metaflow.report.step_coverage import StepCoveragePlugin
    from pytest_metaflow.settings import SettingsError

    root = config.rootpath
    try:
        shared = load_settings(root)
        session = _session(config, shared.test_mode_parameter)
        s3 = server_of(config)
    except (options.OptionError, NetworkError, SettingsError, LinterSettingsError) as error:
        raise pytest.UsageError(str(error)) from None
    named = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    searched = [root, *session.paths, *named]
    project = Project(root, lambda: (p for p in python_files(searched, shared) if isinstance(p, Path)))
    means = Means(session, ColdEngine(), s3)
    folder = Shared(getattr(config, "workerinput", {}).get(WORKER_KEY))
    config.add_cleanup(folder.remove)
    producers = Producers(Finder(project, session), means, folder)
    config.pluginmanager.register(FlowPlugin(config, project, means, producers), "metaflow-flows")
    config.pluginmanager.register(Sharing(producers, folder), "metaflow-sharing")
    config.pluginmanager.register(Durations(config), "metaflow-durations")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(StepCoveragePlugin(session), "metaflow-step-coverage")


def _session(config: pytest.Config, test_mode_parameter: str) -> Session:
    from pytest_metaflow import network
    from pytest_metaflow.collection.debugging import debugging
    from pytest_metaflow.planning import Session
    from pytest_metaflow.settings import load

    values = options.values(config)
    values["network"] = network.chosen(values["network"], values["allow_network"])
    return Session(
        root=config.rootpath,
        test_mode_parameter=test_mode_parameter,
        debugging=debugging(config),
        python_path=tuple(Path(path) for path in config.getini("pythonpath")),
        parameters=options.parameters(config.option.metaflow_param),
        project=load(config.rootpath),
        **values,
    )
