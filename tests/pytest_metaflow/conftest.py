"""Fixtures for tests that run pytest on projects of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pytest_metaflow.projects import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project, with nothing above it that pytest or Metaflow would read."""
    root = tmp_path / "project"
    root.mkdir()
    return Project(root)
