"""Settings, as a settings file would hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from mflint.output.paths import printable
from mflint.settings import Settings


def settings_text(settings: Settings) -> str:
    """TOML that an `mflint.toml` could hold; a comment says where each value comes from."""
    lines = [
        f"# settings file: {printable(str(settings.source)) if settings.source else 'none'}",
        f"# project root: {printable(str(settings.root))}",
    ]
    for key, origin in settings.origins.items():
        value = getattr(settings, "options" if key == "rules" else key.replace("-", "_"))
        if value is None and key != "fail-on":
            lines.append(f"# {key} is not set")
            continue
        lines.append(f"{key} = {_toml('never' if key == 'fail-on' and value is None else value)}  # {origin}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {_toml(v)}" for k, v in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, (list, tuple, frozenset)):
        items = sorted(value) if isinstance(value, frozenset) else value
        return "[" + ", ".join(map(_toml, items)) + "]"
    return json.dumps(value, ensure_ascii=False)
