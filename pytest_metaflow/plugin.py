"""The pytest plugin's options, fixtures and registration; nothing else is imported before it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_metaflow import options
from pytest_metaflow.fixtures import _metaflow_runner as _metaflow_runner
from pytest_metaflow.fixtures import run_flow as run_flow
from pytest_metaflow.fixtures import run_step as run_step

if TYPE_CHECKING:
    from mflint.project import Project
    from pytest_metaflow.means import Means
    from pytest_metaflow.planning import Session

PLUGIN = "metaflow-flows"
"""The name of the working plugin."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the command line and the ini values."""
    options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and the working plugin where flows are asked for."""
    config.addinivalue_line("markers", "metaflow: the run of a Metaflow flow")
    if config.option.metaflow_flows:
        _register(config)


def _register(config: pytest.Config) -> None:
    from mflint.settings import SettingsError as LinterSettingsError
    from pytest_metaflow.collection.hooks import FlowPlugin
    from pytest_metaflow.settings import SettingsError

    try:
        means, project = means_of(config)
    except (options.OptionError, SettingsError, LinterSettingsError) as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(FlowPlugin(config, project, means), PLUGIN)


def means_of(config: pytest.Config) -> tuple[Means, Project]:
    """What runs need, and where flows are found. Raises OptionError and both SettingsErrors."""
    from mflint.discovery import python_files
    from mflint.project import Project
    from mflint.settings import load_settings
    from pytest_metaflow.engines.cold import ColdEngine
    from pytest_metaflow.means import Means

    root = config.rootpath
    shared = load_settings(root)
    session = _session(config, shared.test_mode_parameter)
    named = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    searched = [root, *session.paths, *named]
    project = Project(root, lambda: (p for p in python_files(searched, shared) if isinstance(p, Path)))
    return Means(session, ColdEngine()), project


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
