"""What a project asks of mflint: `[tool.mflint]` and the command line, as one frozen `Settings`."""

from __future__ import annotations

from mflint.settings.file import load_settings
from mflint.settings.model import Settings, SettingsError
from mflint.settings.nearest import NearestSettings
from mflint.settings.overrides import with_overrides
from mflint.settings.selection import enabled_rules, is_fixable, known_rules, selected_rules

__all__ = [
    "NearestSettings",
    "Settings",
    "SettingsError",
    "enabled_rules",
    "is_fixable",
    "known_rules",
    "load_settings",
    "selected_rules",
    "with_overrides",
]
