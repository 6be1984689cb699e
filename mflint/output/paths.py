"""How a path is shown."""

from __future__ import annotations

from pathlib import Path


def shown(path: Path, base: Path) -> str:
    """`path` with forward slashes, relative to `base` where it is below, and safe to print."""
    relative = path.relative_to(base) if path.is_relative_to(base) else path
    return printable(relative.as_posix())


def printable(text: str) -> str:
    """`text` in which characters that cannot be seen stand as escapes."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()
