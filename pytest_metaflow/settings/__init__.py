"""What the user set for single flows: `[tool.pytest_metaflow]` in `pyproject.toml` of the root directory."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_metaflow.settings.model import Case as Case
from pytest_metaflow.settings.model import Expectation as Expectation
from pytest_metaflow.settings.model import FlowSettings as FlowSettings
from pytest_metaflow.settings.model import ProjectSettings as ProjectSettings
from pytest_metaflow.settings.reading import Reader as Reader
from pytest_metaflow.settings.reading import SettingsError as SettingsError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def load(root: Path) -> ProjectSettings:
    """Read `pyproject.toml` of `root`; no file, or no table in it, means no settings.

    Raises SettingsError for broken TOML, an unknown key or a value of the wrong type.
    """
    file = root / "pyproject.toml"
    if not file.is_file():
        return ProjectSettings()
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from None
    return Reader(file).project(_descend(document))


def _descend(document: Mapping[str, Any]) -> Any:
    tool = document.get("tool", {})
    return tool.get("pytest_metaflow", {}) if isinstance(tool, Mapping) else {}
