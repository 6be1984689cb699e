"""The settings that a command line asks for."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from mflint.rules import Profile
from mflint.settings import Settings, load_settings, with_overrides


def requested_settings(options: argparse.Namespace, start: Path) -> Settings:
    """The settings file's settings for `start`, changed by the options for selecting rules and fixes."""
    return overridden(options, load_settings(start))


def overridden(options: argparse.Namespace, settings: Settings) -> Settings:
    """The settings, changed by the options for selecting rules and fixes."""
    return with_overrides(
        settings,
        profile=Profile(options.profile) if options.profile else None,
        select=options.select,
        ignore=options.ignore,
        extend_select=options.extend_select,
        fail_on=options.fail_on,
        fix=getattr(options, "fix", None),
        unsafe_fixes=getattr(options, "unsafe_fixes", None),
        fixable=options.fixable,
        unfixable=options.unfixable,
    )


def common_folder(paths: Sequence[Path]) -> Path:
    """The deepest folder that holds all of `paths`; the working directory where there is none."""
    whole = [os.path.abspath(path) for path in paths]
    try:
        return Path(os.path.commonpath(whole))
    except ValueError:
        return Path.cwd()
