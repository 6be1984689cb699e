"""What the user set for single flows: `[tool.pytest_metaflow]` in `pyproject.toml` of the root directory."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = "tool.pytest_metaflow"


class SettingsError(Exception):
    """Settings that cannot be used; the message is one line that names file and key."""


@dataclass(frozen=True)
class FlowSettings:
    """The settings of one flow; None or empty where nothing is said."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    trigger: Mapping[str, Any] | None = None

    def overridden_by(self, other: FlowSettings) -> FlowSettings:
        """These settings with those of `other` above them, entry by entry."""
        return replace(
            self,
            parameters={**self.parameters, **other.parameters},
            timeout=self.timeout if other.timeout is None else other.timeout,
            environment={**self.environment, **other.environment},
            secrets={**self.secrets, **other.secrets},
            trigger=self.trigger if other.trigger is None else other.trigger,
        )


@dataclass(frozen=True)
class ProjectSettings:
    """All settings of a project by flow: `Name`, or `path/to/file.py::Name` from the root directory."""

    flows: Mapping[str, FlowSettings] = field(default_factory=dict)

    def of(self, path: str, name: str) -> FlowSettings:
        """The settings of the flow `name` in the file `path`; what is said of the file's flow goes first."""
        general = self.flows.get(name, FlowSettings())
        return general.overridden_by(self.flows.get(f"{path}::{name}", FlowSettings()))


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
    return _Reader(file).project(_descend(document))


def _descend(document: Mapping[str, Any]) -> Any:
    tool = document.get("tool", {})
    return tool.get("pytest_metaflow", {}) if isinstance(tool, Mapping) else {}


class _Reader:
    """Checks keys and types; every complaint names the file and the key."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def project(self, raw: Any) -> ProjectSettings:
        table = self._keys(TABLE, raw, ("flows",))
        flows = self._table(f"{TABLE}.flows", table.get("flows", {}))
        return ProjectSettings(
            {name: self._flow(f"{TABLE}.flows.{_key(name)}", t) for name, t in flows.items()}
        )

    def _flow(self, where: str, raw: Any) -> FlowSettings:
        table = self._keys(where, raw, ("parameters", "timeout", "environment", "secrets", "trigger"))
        secrets = self._table(f"{where}.secrets", table.get("secrets", {}))
        return FlowSettings(
            parameters=self._table(f"{where}.parameters", table.get("parameters", {})),
            timeout=self._seconds(f"{where}.timeout", table.get("timeout")),
            environment=self._strings(f"{where}.environment", table.get("environment", {})),
            secrets={k: self._strings(f"{where}.secrets.{_key(k)}", v) for k, v in secrets.items()},
            trigger=self._trigger(f"{where}.trigger", table.get("trigger")),
        )

    def _trigger(self, where: str, raw: Any) -> Mapping[str, Any] | None:
        """The fields of `metaflow.events.MetaflowEvent`; `timestamp` is in seconds since 1970."""
        if raw is None:
            return None
        table = self._keys(where, raw, ("name", "id", "timestamp", "type"))
        for key, value in table.items():
            self._expect(
                f"{where}.{key}",
                value,
                int if key == "timestamp" else str,
                "a number" if key == "timestamp" else "a string",
            )
        return table

    def _keys(self, where: str, raw: Any, known: tuple[str, ...]) -> Mapping[str, Any]:
        table = self._table(where, raw)
        for key in table:
            if key not in known:
                raise self._error(f"{where}.{_key(key)}", f"unknown key{did_you_mean(key, known)}")
        return table

    def _table(self, where: str, raw: Any) -> Mapping[str, Any]:
        self._expect(where, raw, dict, "a table")
        table: Mapping[str, Any] = raw
        return table

    def _strings(self, where: str, raw: Any) -> Mapping[str, str]:
        table = self._table(where, raw)
        for key, value in table.items():
            self._expect(f"{where}.{_key(key)}", value, str, "a string")
        return table

    def _seconds(self, where: str, raw: Any) -> float | None:
        if raw is None:
            return None
        if isinstance(raw, bool) or not isinstance(raw, int | float) or raw <= 0:
            raise self._error(where, f"expected a positive number of seconds, got {raw!r}")
        return float(raw)

    def _expect(self, where: str, value: Any, kind: type, name: str) -> None:
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._error(where, f"expected {name}, got {value!r}")

    def _error(self, where: str, complaint: str) -> SettingsError:
        return SettingsError(f"{self.file}: {where}: {complaint}")


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """A suggestion such as ` (did you mean "timeout"?)`, else the names there are, or nothing."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f' (did you mean "{close[0]}"?)'
    return f" (known: {', '.join(known)})" if known else ""


def _key(name: str) -> str:
    """A key as TOML writes it."""
    return name if name.replace("_", "").replace("-", "").isalnum() else f'"{name}"'
