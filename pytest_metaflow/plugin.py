"""The pytest plugin's options and its registration. With `--metaflow-flows` off it imports nothing else."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_metaflow.planning import Session

INI = {
    "metaflow_missing_test_mode": "flows without a test-mode parameter: fail (default), skip or run",
    "metaflow_timeout": "seconds that the run of a flow may take (default: 300)",
    "metaflow_paths": "where to look for flows when no path is given (default: the root directory)",
    "metaflow_cwd": "working directory of runs: root or flow (default: root, unless only the flow's "
    "folder holds the files it names)",
    "metaflow_missing_packages": "flows whose declared packages are not installed: fail (default) or skip",
    "metaflow_retries": "whether @retry retries (default: false)",
}
"""Ini value -> help."""

CHOICES = {
    "metaflow_missing_test_mode": ("fail", "skip", "run"),
    "metaflow_cwd": ("root", "flow"),
    "metaflow_missing_packages": ("fail", "skip"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the command line and the ini values."""
    group = parser.getgroup("metaflow", "Metaflow flows")
    group.addoption("--metaflow-flows", action="store_true", help="run every flow in test mode")
    group.addoption(
        "--metaflow-missing-test-mode",
        choices=CHOICES["metaflow_missing_test_mode"],
        help=INI["metaflow_missing_test_mode"],
    )
    group.addoption("--metaflow-timeout", metavar="SECONDS", help=INI["metaflow_timeout"])
    group.addoption(
        "--metaflow-param",
        action="append",
        default=[],
        metavar="FLOW.NAME=VALUE",
        help="value of a parameter or Config of a flow (repeatable)",
    )
    kinds = {"metaflow_paths": "paths", "metaflow_retries": "bool"}
    for name, text in INI.items():
        parser.addini(name, text, type=kinds.get(name, "string"), default=None)  # type: ignore[arg-type]


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
    from pytest_metaflow.collection.nodes import Means
    from pytest_metaflow.engines.cold import ColdEngine
    from pytest_metaflow.settings import SettingsError

    root = config.rootpath
    try:
        shared = load_settings(root)
        session = _session(config, shared.test_mode_parameter)
    except (SettingsError, LinterSettingsError) as error:
        raise pytest.UsageError(str(error)) from None
    paths = config.getini("metaflow_paths") or [root]
    named = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    searched = [root, *paths, *named]
    project = Project(root, lambda: (p for p in python_files(searched, shared) if isinstance(p, Path)))
    plugin = FlowPlugin(config, project, Means(session, ColdEngine()), paths)
    config.pluginmanager.register(plugin, "metaflow-flows")


def _session(config: pytest.Config, test_mode_parameter: str) -> Session:
    from pytest_metaflow.planning import Session
    from pytest_metaflow.settings import load

    _check_ini_names(config)
    return Session(
        root=config.rootpath,
        test_mode_parameter=test_mode_parameter,
        missing_test_mode=_choice(config, "metaflow_missing_test_mode") or "fail",
        missing_packages=_choice(config, "metaflow_missing_packages") or "fail",
        timeout=_seconds(config),
        cwd=_choice(config, "metaflow_cwd"),
        retries=bool(config.getini("metaflow_retries")),
        python_path=tuple(Path(path) for path in config.getini("pythonpath")),
        parameters=_parameters(config.option.metaflow_param),
        project=load(config.rootpath),
    )


def _check_ini_names(config: pytest.Config) -> None:
    from pytest_metaflow.settings import did_you_mean

    for name in _ini_names(config):
        if name.startswith("metaflow_") and name not in INI:
            raise pytest.UsageError(f"{config.inipath}: unknown key {name}{did_you_mean(name, tuple(INI))}")


def _ini_names(config: pytest.Config) -> tuple[str, ...]:
    """The keys of the ini file; pytest 9.2 deprecates the attribute and has no other that tells them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tuple(getattr(config, "inicfg", ()))


def _choice(config: pytest.Config, name: str) -> str:
    value = config.getoption(name, None) or config.getini(name) or ""
    if value and value not in CHOICES[name]:
        raise pytest.UsageError(f"{name} must be {' or '.join(CHOICES[name])}, not {value!r}")
    return str(value)


def _seconds(config: pytest.Config) -> float:
    given = config.option.metaflow_timeout or config.getini("metaflow_timeout") or "300"
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise pytest.UsageError(f"metaflow_timeout must be a positive number of seconds, not {given!r}")
    return seconds


def _parameters(given: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for text in given:
        target, equals, value = text.partition("=")
        flow, dot, name = target.partition(".")
        if not (equals and dot and flow and name):
            raise pytest.UsageError(f"--metaflow-param must look like Flow.name=value, not {text!r}")
        found.setdefault(flow, {})[name] = value
    return found
