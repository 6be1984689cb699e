"""What git leaves out: `.gitignore` files and `.git/info/exclude`, without asking git."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mflint.settings.file import git_root

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True)
class IgnoreRules:
    """The ignore files that count in a folder, each with the folder it speaks of; the last one outranks."""

    specs: tuple[tuple[Path, GitIgnoreSpec], ...] = ()

    @classmethod
    def above(cls, folder: Path, root: Path) -> IgnoreRules:
        """The ignore files of the folders above `folder`, up to its git root, or to `root` outside of git.

        None of them counts if they leave out `folder` itself: who names it wants to see what is in it.
        """
        repository = git_root(folder)
        top = repository or (root if folder.is_relative_to(root) else folder)
        rules = cls()
        if repository is not None:
            rules = rules.with_file(repository / ".git" / "info" / "exclude", repository)
        between = [p for p in reversed(folder.parents) if p.is_relative_to(top)]
        for parent, child in zip(between, [*between, folder][1:], strict=True):
            rules = rules.within(parent)
            if rules.match(child, is_folder=True):
                return cls()
        return rules

    def within(self, folder: Path) -> IgnoreRules:
        """These rules and those of the `.gitignore` in `folder`, if there is one."""
        return self.with_file(folder / ".gitignore", folder)

    def with_file(self, file: Path, folder: Path) -> IgnoreRules:
        """These rules and those of `file`, which speaks of `folder`; a file that cannot be read has none."""
        try:
            lines = file.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        except OSError:
            return self
        return IgnoreRules((*self.specs, (folder, _spec(lines))))

    def match(self, path: Path, is_folder: bool) -> bool:
        """Whether `path` is left out; the folders above it are taken to be looked at."""
        for folder, spec in reversed(self.specs):
            relative = os.path.relpath(path, folder).replace(os.sep, "/")
            verdict = spec.check_file(relative + "/" * is_folder).include
            if verdict is not None:
                return verdict
        return False


def _spec(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    """Whether git would make something of `line`; it skips the others in silence."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
