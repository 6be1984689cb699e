"""Path patterns of `exclude` and `per-file-ignores`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path


def matches(pattern: str, path: Path, root: Path) -> bool:
    """Whether `pattern` means `path` itself (not a folder above it).

    A pattern without a slash is compared with the last part of the path, one with a slash with the path
    relative to `root`, or with the whole path if it begins with one. `*` crosses slashes; `**/` also stands
    for no folder.
    """
    pattern = pattern.removeprefix("./").rstrip("/")
    if "/" not in pattern:
        return _compiled(pattern).match(path.name) is not None
    whole = path.as_posix()
    if Path(pattern).is_absolute():
        return _compiled(pattern).match(whole) is not None
    relative = relative_to(path, root)
    return relative is not None and _compiled(pattern).match(relative) is not None


def relative_to(path: Path, root: Path) -> str | None:
    """`path` below `root` with forward slashes; None if it is not below."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_translated(pattern)) + r"\Z", re.DOTALL)


_TOKEN = re.compile(
    r"(?P<folders>\*\*/)|(?P<any>\*+)|(?P<one>\?)|\[(?P<set>!?\]?[^\]]*)\]|(?P<plain>.)", re.DOTALL
)


def _translated(pattern: str) -> list[str]:
    return [_piece(token) for token in _TOKEN.finditer(pattern)]


def _piece(token: re.Match[str]) -> str:
    if token["folders"]:
        return "(?:.*/)?"
    if token["any"]:
        return ".*"
    if token["one"]:
        return "[^/]"
    if token["set"] is None:
        return re.escape(token["plain"])
    members = token["set"].replace("\\", r"\\").replace("[", r"\[")
    negated = members.startswith("!")
    members = members.removeprefix("!")
    if members.startswith("]"):
        members = "\\" + members
    return f"[{'^' * negated}{members}]" if members else re.escape(token[0])
