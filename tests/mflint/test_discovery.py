"""Which files are looked at; git itself is asked where it decides."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mflint.diagnostics import Problem
from mflint.discovery import is_excluded, python_files
from mflint.settings import Settings
from tests.mflint.commands import python, write


def found(root: Path, *paths: str | Path, exclude: tuple[str, ...] = (), force: bool = False) -> list[str]:
    """The files found, relative to `root`; a problem as its path and text."""
    settings = Settings(root=root, exclude=exclude)
    given = [root / path for path in paths or (".",)]
    results = python_files(given, settings, force_exclude=force)
    return [
        f"{r.path.relative_to(root)}: {r.message}" if isinstance(r, Problem) else str(r.relative_to(root))
        for r in results
    ]


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def test_a_folder_yields_its_python_files_in_order(tmp_path: Path) -> None:
    for name in ("b.py", "a.py", "z/c.py", "m/d.py", "notes.txt", "a.pyi", "a.ipynb"):
        write(tmp_path, name)
    assert found(tmp_path) == ["a.py", "b.py", "m/d.py", "z/c.py"]


def test_a_file_named_twice_is_found_once(tmp_path: Path) -> None:
    write(tmp_path, "flows/a.py")
    assert found(tmp_path, "flows/a.py", ".", "flows/../flows/a.py") == ["flows/a.py"]


def test_a_file_that_is_named_needs_no_suffix(tmp_path: Path) -> None:
    write(tmp_path, "run-flow")
    assert found(tmp_path, "run-flow") == ["run-flow"]


@pytest.mark.parametrize(
    "folder", [".venv", "venv", "node_modules", "__pycache__", "build", ".metaflow", ".git"]
)
def test_folders_of_tools_are_left_out(tmp_path: Path, folder: str) -> None:
    write(tmp_path, f"{folder}/a.py")
    write(tmp_path, f"deep/{folder}/a.py")
    assert found(tmp_path) == []
    assert found(tmp_path, folder) == [f"{folder}/a.py"]


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ("old", ["flows/a.py", "flows/b_gen.py"]),
        ("*_gen.py", ["flows/a.py", "old/c.py"]),
        ("flows/*_gen.py", ["flows/a.py", "old/c.py"]),
        ("flows/", ["old/c.py"]),
        ("b", ["flows/a.py", "flows/b_gen.py", "old/c.py"]),
    ],
)
def test_exclude_is_a_name_or_a_path(tmp_path: Path, exclude: str, left: list[str]) -> None:
    for name in ("flows/a.py", "flows/b_gen.py", "old/c.py"):
        write(tmp_path, name)
    assert found(tmp_path, exclude=(exclude,)) == left


def test_an_excluded_file_that_is_named_is_taken(tmp_path: Path) -> None:
    write(tmp_path, "old/a.py")
    assert found(tmp_path, "old/a.py", exclude=("old",)) == ["old/a.py"]


def test_force_exclude_leaves_out_an_excluded_file_that_is_named(tmp_path: Path) -> None:
    write(tmp_path, "old/deep/a.py")
    write(tmp_path, "new/a.py")
    assert found(tmp_path, "old/deep/a.py", "new/a.py", exclude=("old",), force=True) == ["new/a.py"]


@pytest.mark.parametrize("name", ["build/project", "build"])
def test_the_root_and_the_folders_above_it_exclude_nothing(tmp_path: Path, name: str) -> None:
    root = tmp_path / name
    write(root, "a.py")
    assert found(root) == ["a.py"]
    assert not is_excluded(root / "a.py", Settings(root=root))


def test_ignored_files_are_those_that_git_ignores(repository: Path) -> None:
    write(repository, ".gitignore", "*_gen.py\n!keep_gen.py\n/top.py\ndata/\nspace\\ .py\n# x.py\n!\n")
    write(repository, "flows/.gitignore", "local.py\n!b_gen.py\n/deep/*\n!/deep/kept.py\n")
    write(repository, ".git/info/exclude", "private.py\n")
    names = """a_gen.py keep_gen.py top.py sub/top.py data/x.py sub/data/x.py x.py flows/local.py local.py
        flows/b_gen.py flows/c_gen.py flows/deep/x.py flows/deep/kept.py private.py sub/private.py"""
    for name in names.split():
        write(repository, name)
    listed = git(repository, "ls-files", "--others", "--exclude-standard", "*.py").split()
    assert sorted(found(repository)) == sorted(listed)
    assert "flows/deep/kept.py" in listed
    assert "private.py" not in listed


def test_a_gitignore_above_the_folder_counts_up_to_the_git_root(repository: Path) -> None:
    write(repository, ".gitignore", "*_gen.py\n")
    write(repository, "team/flows/a_gen.py")
    write(repository, "team/flows/a.py")
    assert found(repository, "team/flows") == ["team/flows/a.py"]


def test_a_gitignore_above_the_git_root_does_not_count(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", "*.py\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    write(inner, "a.py")
    assert found(inner) == ["a.py"]


def test_an_ignored_folder_or_file_that_is_named_is_taken(repository: Path) -> None:
    write(repository, ".gitignore", "out/\n")
    write(repository, "out/a.py")
    assert found(repository) == []
    assert found(repository, "out") == ["out/a.py"]
    assert found(repository, "out/a.py") == ["out/a.py"]


def test_a_gitignore_counts_without_git(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", "b.py\n")
    write(tmp_path, "flows/a.py")
    write(tmp_path, "flows/b.py")
    assert found(tmp_path, "flows") == ["flows/a.py"]


def test_pathspec_is_imported_only_for_a_gitignore(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    code = (
        "import sys; from pathlib import Path; from mflint.discovery import python_files;"
        "from mflint.settings import Settings; root = Path.cwd();"
        "print(len(list(python_files([root], Settings(root=root)))), 'pathspec' in sys.modules)"
    )
    assert python("-c", code, cwd=tmp_path).out == "1 False\n"
    write(tmp_path, ".gitignore", "b.py\n")
    assert python("-c", code, cwd=tmp_path).out == "1 True\n"


def test_links_to_folders_are_not_followed_and_links_to_files_are(tmp_path: Path) -> None:
    write(tmp_path, "flows/a.py")
    (tmp_path / "flows" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "flows" / "b.py").symlink_to("a.py")
    (tmp_path / "flows" / "gone.py").symlink_to("nowhere.py")
    assert found(tmp_path) == ["flows/a.py", "flows/b.py"]


def test_a_path_that_cannot_be_looked_at_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to("loop.py")
    os.mkfifo(tmp_path / "pipe.py")
    write(tmp_path, "a.py")
    assert found(tmp_path, "gone.py", "loop.py", "pipe.py", "a.py") == [
        "gone.py: No such file or directory",
        "loop.py: Too many levels of symbolic links",
        "pipe.py: Not a regular file",
        "a.py",
    ]


def test_a_folder_that_cannot_be_read_is_a_problem_and_the_others_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "locked/a.py")
    write(tmp_path, "open/a.py")
    scandir = os.scandir

    def refuse(path: Any) -> Iterator[os.DirEntry[str]]:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(tmp_path) == ["locked: Permission denied", "open/a.py"]
