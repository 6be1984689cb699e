"""Turns the table of a settings file into the values of `Settings`, and refuses what it does not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from mflint.diagnostics import Severity
from mflint.project_names import refusal
from mflint.rules import Profile, Rule, all_rules
from mflint.settings.model import SettingsError
from mflint.settings.selectors import best_rank, rank, rule_suggestion, rules_named, suggestion

_VERSION = re.compile(r"\s*(?:>=\s*)?([0-9]+(?:\.[0-9]+){0,3})\s*", re.ASCII)
"""A version, or a lower bound as requirements write it."""

FAIL_ON: Mapping[str, Severity | None] = {"warning": Severity.WARNING, "error": Severity.ERROR, "never": None}


def read_table(table: Mapping[str, Any], where: str, root: Path) -> dict[str, Any]:
    """The values for `Settings` by field name; `where` begins every error: the file and its keys' prefix.

    Plugins are loaded first, from the folder `root` too, since other keys may name their rules.
    """
    values: dict[str, Any] = {}
    plugins = _plugins(table.get("plugins", []), f"{where}plugins", root)
    for key, value in table.items():
        if key not in KEYS:
            raise SettingsError(f"{where}{key}: unknown key{suggestion(key, KEYS)}")
        values[_FIELDS.get(key, key.replace("-", "_"))] = KEYS[key](value, f"{where}{key}")
    return {**values, "plugins": plugins}


def _plugins(value: Any, where: str, root: Path) -> tuple[str, ...]:
    names = _texts(value, where)
    if not names:
        return ()
    from mflint.plugins import PluginError, load_plugins

    try:
        return load_plugins(names, root)
    except PluginError as error:
        raise SettingsError(f"{where}: {error}") from error


def check_selectors(selectors: Iterable[str], where: str) -> None:
    """Raises SettingsError for the first selector that stands for no rule."""
    for selector in selectors:
        if not rules_named(selector):
            raise SettingsError(f"{where}: unknown rule `{selector}`{rule_suggestion(selector)}")


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"{where}: must be a string, not {_kind(value)}")
    return value


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise SettingsError(f"{where}: must be true or false, not {_kind(value)}")
    return value


def _parameter(value: Any, where: str) -> str:
    if not _text(value, where).strip():
        raise SettingsError(f"{where}: must be the name of a parameter, not an empty string")
    return str(value)


def _version(value: Any, where: str) -> str:
    found = _VERSION.fullmatch(_text(value, where))
    if found is None:
        raise SettingsError(f"{where}: `{value}` is no version such as `2.15` or `>=2.15`")
    return found[1]


def _project(value: Any, where: str) -> str:
    refused = refusal(value) if _text(value, where) else None
    if refused:
        raise SettingsError(f"{where}: {refused}")
    return str(value)


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SettingsError(f"{where}: must be a list of strings, not {_kind(value)}")
    return tuple(_text(item, where) for item in value)


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"{where}: must be a table, not {_kind(value)}")
    return value


def _choice(value: Any, where: str, choices: Iterable[str]) -> str:
    names = tuple(choices)
    if _text(value, where) not in names:
        known = ", ".join(f"`{name}`" for name in names)
        raise SettingsError(f"{where}: `{value}` is none of {known}{suggestion(value, names)}")
    return str(value)


def _selectors(value: Any, where: str) -> tuple[str, ...]:
    selectors = _texts(value, where)
    check_selectors(selectors, where)
    return selectors


def _profile(value: Any, where: str) -> Profile:
    return Profile(_choice(value, where, (p.value for p in Profile)))


def _fail_on(value: Any, where: str) -> Severity | None:
    return FAIL_ON[_choice(value, where, FAIL_ON)]


def _per_file_ignores(value: Any, where: str) -> dict[str, tuple[str, ...]]:
    return {pattern: _selectors(s, f'{where}."{pattern}"') for pattern, s in _mapping(value, where).items()}


def _severity(value: Any, where: str) -> dict[str, Severity]:
    choices = [s.value for s in Severity]
    given = {s: Severity(_choice(v, f"{where}.{s}", choices)) for s, v in _mapping(value, where).items()}
    check_selectors(given, where)
    return {
        rule.name: given[max(given, key=lambda selector: rank(selector, rule))]
        for rule in all_rules().values()
        if best_rank(given, rule) >= 0
    }


def _options(value: Any, where: str) -> dict[str, dict[str, Any]]:
    options: dict[str, dict[str, Any]] = {}
    for name, table in _mapping(value, where).items():
        rule = _rule(name, where)
        if rule.name in options:
            raise SettingsError(
                f"{where}.{name}: `{rule.code}` and `{rule.name}` are one rule; write one table"
            )
        given = _mapping(table, f"{where}.{name}").items()
        options[rule.name] = {key: _option(rule, key, v, f"{where}.{name}.{key}") for key, v in given}
    return options


def _rule(name: str, where: str) -> Rule:
    for rule in all_rules().values():
        if name in (rule.code, rule.name):
            return rule
    raise SettingsError(f"{where}.{name}: unknown rule{rule_suggestion(name)}")


def _option(rule: Rule, key: str, value: Any, where: str) -> Any:
    if key not in rule.options:
        known = suggestion(key, rule.options) or (f"; it has {_listed(rule.options)}" if rule.options else "")
        raise SettingsError(f"{where}: {rule.code} {rule.name} has no such option{known}")
    return _like(rule.options[key], value, where)


def _like(default: Any, value: Any, where: str) -> Any:
    """`value` in the type of the option's default; lists become tuples or frozensets, integers floats."""
    if isinstance(default, tuple | frozenset):
        return type(default)(_texts(value, where))
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if default is not None and type(value) is not type(default):
        raise SettingsError(f"{where}: must be {_kind(default)}, not {_kind(value)}")
    return value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_KINDS = {
    bool: "true or false",
    int: "an integer",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a table",
}


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "a date or time")


KEYS: Mapping[str, Callable[[Any, str], Any]] = {
    "profile": _profile,
    "select": _selectors,
    "ignore": _selectors,
    "extend-select": _selectors,
    "per-file-ignores": _per_file_ignores,
    "exclude": _texts,
    "severity": _severity,
    "fail-on": _fail_on,
    "fix": _flag,
    "unsafe-fixes": _flag,
    "fixable": _selectors,
    "unfixable": _selectors,
    "test-mode-parameter": _parameter,
    "metaflow-version": _version,
    "plugins": _texts,
    "project-name": _project,
    "require-reason": _flag,
    "rules": _options,
}
_FIELDS = {"rules": "options"}
