"""Which files are tests: what they define stands beside the project's flows, and is none of them."""

from __future__ import annotations

from pathlib import Path

_FOLDERS = {"test", "tests"}


def is_test_module(path: Path) -> bool:
    """Whether pytest's users would call a file so only if it holds tests, or what tests share."""
    return path.name.startswith("test_") or path.stem.endswith("_test") or path.name == "conftest.py"


def is_test_file(path: Path, root: Path) -> bool:
    """Whether `path` is a test module, or lies in a folder of tests below `root`."""
    folders = path.relative_to(root).parts[:-1] if path.is_relative_to(root) else ()
    return is_test_module(path) or not _FOLDERS.isdisjoint(folders)
