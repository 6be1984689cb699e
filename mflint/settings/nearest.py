"""The settings of each file in a tree that holds several settings files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mflint.settings.file import settings_in
from mflint.settings.model import Settings


class NearestSettings:
    """Finds the settings file nearest to a file, up to the root of the settings `top`, which hold elsewhere.

    `override` is what the command line changes in each of them.
    """

    def __init__(self, top: Settings, override: Callable[[Settings], Settings]) -> None:
        self._top = top
        self._override = override
        self._known = {top.root: top}

    def of(self, path: Path) -> Settings:
        """The settings for the file `path`. Raises SettingsError."""
        folder, passed = path.parent, []
        while folder not in self._known:
            passed.append(folder)
            found = settings_in(folder)
            if found is not None or folder == folder.parent:
                self._known[folder] = self._override(found) if found is not None else self._top
            else:
                folder = folder.parent
        self._known.update(dict.fromkeys(passed, self._known[folder]))
        return self._known[folder]
