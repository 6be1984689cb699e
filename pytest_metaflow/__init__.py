"""Runs every Metaflow flow of a project in test mode under pytest: `pytest --metaflow-flows`.

The names here are those that tests need for annotations and for `pytest.raises`; each is imported when asked
for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_metaflow.failures import FlowFailed as FlowFailed
    from pytest_metaflow.fixtures.artifacts import ArtifactError as ArtifactError
    from pytest_metaflow.fixtures.calls import RunFlow as RunFlow
    from pytest_metaflow.fixtures.calls import RunStep as RunStep
    from pytest_metaflow.fixtures.runs import FlowRun as FlowRun
    from pytest_metaflow.fixtures.runs import StepRun as StepRun
    from pytest_metaflow.planning.refusals import CannotRun as CannotRun

_PUBLIC = {
    "ArtifactError": "fixtures.artifacts",
    "CannotRun": "planning.refusals",
    "FlowFailed": "failures",
    "FlowRun": "fixtures.runs",
    "RunFlow": "fixtures.calls",
    "RunStep": "fixtures.calls",
    "StepRun": "fixtures.runs",
}


def __getattr__(name: str) -> Any:
    """Import a public name: a process of a flow imports this package and needs none of them."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)
