"""`mflint config`."""

from __future__ import annotations

import argparse

from mflint.cli.exits import CLEAN, FAILED
from mflint.cli.requested import requested_settings
from mflint.cli.streams import say, write
from mflint.output.config import settings_text


def run(options: argparse.Namespace) -> int:
    """Print the settings in force for a path."""
    if not options.path.exists():
        say(f"error: {options.path}: No such file or directory")
        return FAILED
    write(settings_text(requested_settings(options, options.path)))
    return CLEAN
