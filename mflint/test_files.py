"""Which files are tests: what they define stands beside the project's flows, and is none of them."""

from __future__ import annotations

from pathlib import Path

_FOLDERS = {"test", "tests"}


def is_test_file(path: Path, root: Path) -> bool:
    """Whether `path` is named like a test, or lies in a folder of tests below `root`."""
    folders = path.relative_to(root).parts[:-1] if path.is_relative_to(root) else ()
    return (
        path.name.startswith("test_")
        or path.stem.endswith("_test")
        or path.name == "conftest.py"
        or not _FOLDERS.isdisjoint(folders)
    )
