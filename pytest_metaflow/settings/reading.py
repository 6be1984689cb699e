"""Tables of TOML -> settings; every complaint names the file and the key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_metaflow.references import reference
from pytest_metaflow.settings.model import FlowSettings, ProjectSettings
from pytest_metaflow.words import did_you_mean

TABLE = "tool.pytest_metaflow"


class SettingsError(Exception):
    """Settings that cannot be used; the message is one line that names file and key."""


class Reader:
    """Checks keys and types."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def project(self, raw: Any) -> ProjectSettings:
        """The settings in the table `[tool.pytest_metaflow]`. Raises SettingsError."""
        table = self._keys(TABLE, raw, ("flows",))
        flows = self._table(f"{TABLE}.flows", table.get("flows", {}))
        return ProjectSettings(
            {name: self._flow(f"{TABLE}.flows.{_key(name)}", t) for name, t in flows.items()}
        )

    def _flow(self, where: str, raw: Any) -> FlowSettings:
        table = self._keys(
            where, raw, ("parameters", "timeout", "environment", "secrets", "trigger", "task-setup")
        )
        secrets = self._table(f"{where}.secrets", table.get("secrets", {}))
        return FlowSettings(
            parameters=self._table(f"{where}.parameters", table.get("parameters", {})),
            timeout=self._seconds(f"{where}.timeout", table.get("timeout")),
            environment=self._strings(f"{where}.environment", table.get("environment", {})),
            secrets={k: self._strings(f"{where}.secrets.{_key(k)}", v) for k, v in secrets.items()},
            trigger=self._trigger(f"{where}.trigger", table.get("trigger")),
            task_setup=self._reference(f"{where}.task-setup", table.get("task-setup")),
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

    def _reference(self, where: str, raw: Any) -> str | None:
        if raw is None:
            return None
        self._expect(where, raw, str, "a string")
        try:
            return reference(raw) if raw else ""
        except ValueError as error:
            raise self._error(where, str(error)) from None

    def _expect(self, where: str, value: Any, kind: type, name: str) -> None:
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._error(where, f"expected {name}, got {value!r}")

    def _error(self, where: str, complaint: str) -> SettingsError:
        return SettingsError(f"{self.file}: {where}: {complaint}")


def _key(name: str) -> str:
    """A key as TOML writes it."""
    return name if name.replace("_", "").replace("-", "").isalnum() else f'"{name}"'
