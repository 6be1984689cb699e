"""Makes what runs need of pytest's configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from mflint.discovery import python_files
from mflint.project import Project
from mflint.settings import SettingsError as LinterSettingsError
from mflint.settings import load_settings
from pytest_metaflow import options
from pytest_metaflow.collection.debugging import debugging
from pytest_metaflow.collection.keeping import kept_runs
from pytest_metaflow.engines.cold import ColdEngine
from pytest_metaflow.means import Means
from pytest_metaflow.planning.deciding import Session
from pytest_metaflow.s3.fixture import server_of
from pytest_metaflow.sandbox import network
from pytest_metaflow.settings import SettingsError, load


def means_of(config: pytest.Config) -> tuple[Means, Project]:
    """What runs need, and where flows are found. Raises pytest.UsageError, with one line."""
    try:
        return _means_of(config)
    except (options.OptionError, network.NetworkError, SettingsError, LinterSettingsError) as error:
        raise pytest.UsageError(str(error)) from None


def _means_of(config: pytest.Config) -> tuple[Means, Project]:
    root = config.rootpath
    shared = load_settings(root)
    session = _session(config, shared.test_mode_parameter)
    named = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    searched = [root, *session.paths, *named]
    project = Project(root, lambda: (p for p in python_files(searched, shared) if isinstance(p, Path)))
    means = Means(session, ColdEngine(), server_of(config), kept_runs(config, session.keep))
    return means, project


def _session(config: pytest.Config, test_mode_parameter: str) -> Session:
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
