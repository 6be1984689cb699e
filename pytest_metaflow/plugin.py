"""The pytest plugin's options and its registration. With `--metaflow-flows` off it imports nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_metaflow import options

if TYPE_CHECKING:
    from pytest_metaflow.planning import Session


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the command line and the ini values."""
    options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and the working plugin where flows are asked for."""
    config.addinivalue_line("markers", "metaflow: the run of a Metaflow flow")
    if config.option.metaflow_flows:
        _register(config)


def _register(config: pytest.Config) -> None:
    from mflint.discovery import python_files
    from mflint.project import Project
    from mflint.settings import SettingsError as LinterSettingsError
    from mflint.settings import load_settings
    from pytest_metaflow.collection.hooks import FlowPlugin
    from pytest_metaflow.collection.keeping import kept_runs
    from pytest_metaflow.engines.cold import ColdEngine
    from pytest_metaflow.means import Means
    from pytest_metaflow.report import github
    from pytest_metaflow.settings import SettingsError

    root = config.rootpath
    try:
        shared = load_settings(root)
        session = _session(config, shared.test_mode_parameter)
    except (options.OptionError, SettingsError, LinterSettingsError) as error:
        raise pytest.UsageError(str(error)) from None
    named = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    searched = [root, *session.paths, *named]
    project = Project(root, lambda: (p for p in python_files(searched, shared) if isinstance(p, Path)))
    means = Means(session, ColdEngine(), kept_runs(config, session.keep))
    plugin = FlowPlugin(config, project, means)
    config.pluginmanager.register(plugin, "metaflow-flows")
    github.register(config, plugin.names_flow)


def _session(config: pytest.Config, test_mode_parameter: str) -> Session:
    from pytest_metaflow.planning import Session
    from pytest_metaflow.settings import load

    return Session(
        root=config.rootpath,
        test_mode_parameter=test_mode_parameter,
        python_path=tuple(Path(path) for path in config.getini("pythonpath")),
        parameters=options.parameters(config.option.metaflow_param),
        project=load(config.rootpath),
        **options.values(config),
    )
