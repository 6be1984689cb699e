"""TOML for Metaflow's ``Config``, whose own parser reads JSON only."""

import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def parse_toml(text: str) -> dict[str, Any]:
    """Parse the text of a TOML file into nested dictionaries."""
    return tomllib.loads(text)
