"""The settings as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mflint.diagnostics import Severity
from mflint.rules import Profile


class SettingsError(Exception):
    """A setting that cannot be used; its text is one line: where, what is wrong, what may be meant."""


@dataclass(frozen=True)
class Settings:
    """The settings in force.

    `root` is the folder of the settings file `source`, else the git root, else the folder the search
    started in. `severity` and `options` are keyed by rule name, however the settings file named the rule.
    `fail_on` is None where nothing fails. `exclude` comes on top of the default excludes. `origins` says
    for each key, as written in a settings file, where its value comes from: "default", the settings file's
    name or "command line". `metaflow_version` is the oldest Metaflow that the flows must run on, as
    numbers with dots; None means the newest. `project_name` is empty where any name will do.
    """

    root: Path
    source: Path | None = None
    profile: Profile = Profile.RECOMMENDED
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: Severity | None = Severity.WARNING
    fix: bool = False
    unsafe_fixes: bool = False
    fixable: tuple[str, ...] = ("ALL",)
    unfixable: tuple[str, ...] = ()
    test_mode_parameter: str = "test-mode"
    metaflow_version: str | None = None
    plugins: tuple[str, ...] = ()
    """The modules that hold the project's own rules."""
    project_name: str = ""
    require_reason: bool = False
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
