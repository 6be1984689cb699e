"""Tables of TOML, and the keywords of marks -> settings; every complaint names the source and the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from pytest_metaflow.contracts import levels
from pytest_metaflow.planning.references import reference
from pytest_metaflow.settings.model import Case, Expectation, FlowSettings, ProjectSettings
from pytest_metaflow.words import did_you_mean

TABLE = "tool.pytest_metaflow"

Check: TypeAlias = Callable[[str, Any], Any]
"""Takes where a value stands and the value; gives what the field of the same name holds."""


class SettingsError(Exception):
    """Settings that cannot be used; the message is one line that names source and key."""


class Reader:
    """Checks keys and types of what one source says: a file, or a mark."""

    def __init__(self, source: Path | str) -> None:
        self.source = source
        self.keys: Mapping[str, Check] = {
            "parameters": self._table,
            "timeout": self._seconds,
            "environment": self._strings,
            "secrets": self._secrets,
            "trigger": self._trigger,
            "producers": self._names,
            "task-setup": self._reference,
            "max-foreach": self._count,
            "contracts": self._contracts,
        }
        """What can be said of a flow, of a case of it and by a mark."""

    def project(self, raw: Any) -> ProjectSettings:
        """The settings in the table `[tool.pytest_metaflow]`. Raises SettingsError."""
        table = self._known(TABLE, raw, ("flows", "contracts"))
        flows = self._table(f"{TABLE}.flows", table.get("flows", {}))
        checks = {**self.keys, "cases": self._cases}
        return ProjectSettings(
            {name: self._settings(_at(f"{TABLE}.flows", name), t, checks) for name, t in flows.items()},
            self._contracts(f"{TABLE}.contracts", table.get("contracts", {})),
        )

    def mark(self, keywords: Mapping[str, Any]) -> FlowSettings:
        """The settings in the keywords of `pytest.mark.metaflow(…)`. Raises SettingsError."""
        checks = {**self.keys, "expect": self._expectation}
        return self._settings("", keywords, {key.replace("-", "_"): check for key, check in checks.items()})

    def _settings(self, where: str, raw: Any, checks: Mapping[str, Check]) -> FlowSettings:
        table = self._known(where, raw, tuple(checks))
        found = {key: checks[key](_at(where, key), value) for key, value in table.items()}
        return FlowSettings(**{key.replace("-", "_"): value for key, value in found.items()})

    def _cases(self, where: str, raw: Any) -> tuple[Case, ...]:
        self._expect(where, raw, list, "a list of tables")
        if not raw:
            raise self._error(where, "expected at least one case")
        found: list[Case] = []
        for number, table in enumerate(raw):
            place = f"{where}[{number}]"
            name = self._id(f"{place}.id", self._table(place, table).get("id"))
            if any(case.id == name for case in found):
                raise self._error(f"{place}.id", f"there is another case {name!r}")
            found.append(Case(name, self._case(place, table)))
        return tuple(found)

    def _case(self, where: str, table: Mapping[str, Any]) -> FlowSettings:
        checks = {**self.keys, "expect": self._expectation}
        self._known(where, table, ("id", *checks))
        return self._settings(where, {key: value for key, value in table.items() if key != "id"}, checks)

    def _id(self, where: str, raw: Any) -> str:
        """An id can stand in the brackets of a node id."""
        if raw is None:
            raise self._error(where, "a case needs an id")
        self._expect(where, raw, str, "a string")
        name: str = raw
        if not name.strip() or name != name.strip() or not name.isprintable():
            raise self._error(where, f"expected printable characters without space around them, got {raw!r}")
        if "::" in name or "[" in name or "]" in name:
            raise self._error(where, f'expected none of "::", "[" and "]", got {raw!r}')
        return name

    def _expectation(self, where: str, raw: Any) -> Expectation:
        table = self._strings(where, self._known(where, raw, ("step", "error", "match")))
        if not table.get("step") and not table.get("error"):
            raise self._error(where, "expected a step, an error or both")
        try:
            re.compile(table.get("match", ""))
        except re.error as error:
            raise self._error(f"{where}.match", f"expected a regular expression: {error}") from None
        return Expectation(**table)

    def _contracts(self, where: str, raw: Any) -> Mapping[str, Any]:
        table = self._known(where, raw, levels.KEYS)
        for key, value in table.items():
            complaint = levels.complaint(key, value)
            if complaint:
                raise self._error(_at(where, key), complaint)
        return table

    def _trigger(self, where: str, raw: Any) -> Mapping[str, Any]:
        """The fields of `metaflow.events.MetaflowEvent`; `timestamp` is in seconds since 1970."""
        table = self._known(where, raw, ("name", "id", "timestamp", "type"))
        for key, value in table.items():
            kind, name = (int, "a number") if key == "timestamp" else (str, "a string")
            self._expect(_at(where, key), value, kind, name)
        return table

    def _names(self, where: str, raw: Any) -> tuple[str, ...]:
        self._expect(where, raw, list, "a list of flows")
        for name in raw:
            self._expect(where, name, str, "the name of a flow")
        return tuple(raw)

    def _known(self, where: str, raw: Any, known: tuple[str, ...]) -> Mapping[str, Any]:
        table = self._table(where, raw)
        for key in table:
            if key not in known:
                raise self._error(_at(where, key), f"unknown key{did_you_mean(key, known)}")
        return table

    def _table(self, where: str, raw: Any) -> Mapping[str, Any]:
        self._expect(where, raw, dict, "a table")
        table: Mapping[str, Any] = raw
        for key in table:
            self._expect(where, key, str, "strings as keys")
        return table

    def _strings(self, where: str, raw: Any) -> Mapping[str, str]:
        table = self._table(where, raw)
        for key, value in table.items():
            self._expect(_at(where, key), value, str, "a string")
        return table

    def _secrets(self, where: str, raw: Any) -> Mapping[str, Mapping[str, str]]:
        table = self._table(where, raw)
        return {source: self._strings(_at(where, source), values) for source, values in table.items()}

    def _seconds(self, where: str, raw: Any) -> float:
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 < raw < float("inf"):
            raise self._error(where, f"expected a positive number of seconds, got {raw!r}")
        return float(raw)

    def _count(self, where: str, raw: Any) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or raw < 1:
            raise self._error(where, f"expected a whole number of at least 1, got {raw!r}")
        return raw

    def _reference(self, where: str, raw: Any) -> str:
        self._expect(where, raw, str, "a string")
        try:
            return reference(raw) if raw else ""
        except ValueError as error:
            raise self._error(where, str(error)) from None

    def _expect(self, where: str, value: Any, kind: type, name: str) -> None:
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._error(where, f"expected {name}, got {value!r}")

    def _error(self, where: str, complaint: str) -> SettingsError:
        return SettingsError(": ".join(filter(None, (str(self.source), where, complaint))))


def _at(where: str, key: str) -> str:
    """The place of a key in a table, as TOML writes it."""
    shown = key if key.replace("_", "").replace("-", "").isalnum() else f'"{key}"'
    return f"{where}.{shown}" if where else shown
