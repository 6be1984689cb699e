"""Flows spoiled in one way each, so that there is something to fix. All work on text, not on a tree."""

from __future__ import annotations

import re

_STEP_IMPORTS = re.compile(r"(?:^ {8}(?:import|from) .*\n)+\n?", re.MULTILINE)
_GUARD = re.compile(r"^if __name__ == .__main__.:\n((?:    .*\n|\n)+)", re.MULTILINE)


def with_imports_at_the_top(code: str, kept: str = "metaflow") -> str:
    """The imports of steps stand in front of the module's own, unless they match the pattern `kept`."""
    found: list[str] = []

    def taken(match: re.Match[str]) -> str:
        if re.search(kept, match.group()):
            return match.group()
        found.extend(single for line in match.group().splitlines() for single in _single(line.strip()))
        return ""

    rest = _STEP_IMPORTS.sub(taken, code)
    place = re.search(r"^(?:import|from) ", rest, re.MULTILINE)
    assert place is not None
    return rest[: place.start()] + "".join(dict.fromkeys(found)) + rest[place.start() :]


def _single(line: str) -> list[str]:
    module, names, several = line.partition(" import ")
    if names and module:
        return [f"{module}{names}{name}\n" for name in several.split(", ")]
    return [f"{line}\n"] if line else []


def with_imports_below(code: str) -> str:
    """The imports of a step stand below a statement of their own."""
    return _STEP_IMPORTS.sub(lambda match: f"        self.began = True\n{match.group()}", code)


def unstarted(code: str) -> str:
    """No main guard."""
    return _GUARD.sub("", code).rstrip() + "\n"


def started_at_import(code: str) -> str:
    """What stands under the main guard, without it."""
    return _GUARD.sub(lambda match: re.sub(r"^    ", "", match.group(1), flags=re.MULTILINE), code)


def without_project(code: str) -> str:
    """No `@project`; its import stays."""
    return re.sub(r"^@project\(.*\)\n", "", code, flags=re.MULTILINE)


def with_wrong_test_mode(code: str) -> str:
    """A test mode that production has, too."""
    return code.replace("default=lambda _: not current.is_production", "default=True")


def with_unused_suppressions(code: str) -> str:
    """A comment at every step that silences nothing."""
    return code.replace("    @step\n", "    @step  # noqa: E501, MF103\n").replace(
        "        self.next(", "        # mflint: ignore[MF401] -- no longer\n        self.next("
    )
