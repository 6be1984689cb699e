"""`pytest.mark.metaflow(…)`: settings that a conftest gives to items."""

from __future__ import annotations

import pytest

from pytest_metaflow.settings import FlowSettings, Reader, SettingsError

MARK = "metaflow"
"""The marker that every item bears, without arguments, so that `-m metaflow` selects the flows."""


def said_by_marks(item: pytest.Item) -> FlowSettings:
    """The settings of all marks of an item and of the nodes above it; the closest goes first.

    Raises SettingsError.
    """
    said = FlowSettings()
    for mark in reversed(list(item.iter_markers(MARK))):
        if mark.args:
            raise SettingsError(f"pytest.mark.{MARK}: expected keywords only, got {mark.args[0]!r}")
        said = said.overridden_by(Reader(f"pytest.mark.{MARK}").mark(mark.kwargs))
    return said
