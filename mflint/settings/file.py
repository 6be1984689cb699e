"""Finds and reads the settings file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from mflint.settings.model import Settings, SettingsError
from mflint.settings.validation import KEYS, read_table

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def load_settings(start: Path) -> Settings:
    """The settings for the folder or file `start`: of the nearest settings file there or in a folder above.

    That is an `mflint.toml`, or a `pyproject.toml` with a table `[tool.mflint]`; in one folder the first
    wins. Raises SettingsError for a file that cannot be read or holds what mflint does not know.
    """
    start = Path(os.path.abspath(start))
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.parents):
        found = settings_in(candidate)
        if found is not None:
            return found
    return Settings(root=git_root(folder) or folder, origins=dict.fromkeys(KEYS, "default"))


def settings_in(folder: Path) -> Settings | None:
    """What the settings file in `folder` says, None where there is none. Raises SettingsError."""
    for name, prefix in (("mflint.toml", ""), ("pyproject.toml", "tool.mflint.")):
        source = folder / name
        table = _table(source, prefix) if source.is_file() else None
        if table is not None:
            return _settings(source, table, prefix)
    return None


def git_root(folder: Path) -> Path | None:
    """The nearest folder, `folder` or above, that holds a git repository's `.git`."""
    return next((f for f in (folder, *folder.parents) if (f / ".git").exists()), None)


def _settings(source: Path, table: dict[str, Any], prefix: str) -> Settings:
    values = read_table(table, f"{source}: {prefix}", source.parent)
    origins = {key: source.name if key in table else "default" for key in KEYS}
    return Settings(root=source.parent, source=source, origins=origins, **values)


def _table(source: Path, prefix: str) -> dict[str, Any] | None:
    document = _document(source)
    if not prefix:
        return document
    tool = document.get("tool", {})
    table = tool.get("mflint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{source}: tool.mflint: must be a table")
    return table


def _document(source: Path) -> dict[str, Any]:
    try:
        data = source.read_bytes()
    except OSError as error:
        raise SettingsError(f"{source}: cannot be read: {error.strerror}") from error
    try:
        document: dict[str, Any] = tomllib.loads(data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{source}: line {line}: not valid UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{source}: not valid TOML: {error}") from error
    return document
