"""Fixtures for tests that run pytest on projects of their own."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.pytest_metaflow.projects import Project


def pytest_configure() -> None:
    """Let Ctrl-C reach the processes that tests start, where a shell has left it ignored for a job."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project, with nothing above it that pytest or Metaflow would read."""
    root = tmp_path / "project"
    root.mkdir()
    return Project(root)
