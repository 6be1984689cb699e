"""What is worth saying of a run whatever came of it: it must not go unseen in a green session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pytest_metaflow.run import Account


@dataclass(frozen=True)
class Note:
    """One fact. `name` is the property `metaflow_NAME` of the item; `text` is one line."""

    name: str
    text: str


MADE_LOCAL = "made_local"
PACKAGES = "packages"
NO_TEST_MODE = "without_test_mode"
KEPT = "kept"
NOT_KEPT = "not_kept"

LINES: Mapping[str, str] = {
    MADE_LOCAL: "made local: {}",
    PACKAGES: "other package versions: {}",
    NO_TEST_MODE: "{}",
    KEPT: "data kept in {}",
    NOT_KEPT: "{}",
}
"""Name of a note -> how the terminal shows it."""


def notes_of(account: Account) -> Iterator[Note]:
    """What the processes of a run told that the user should know."""
    if account.made_local:
        yield Note(MADE_LOCAL, _made_local(account.made_local))


def _made_local(decorators: Iterable[tuple[str, str | None]]) -> str:
    """`@kubernetes (train, score), @schedule`"""
    return ", ".join(
        f"@{name} ({', '.join(where)})" if where else f"@{name}"
        for name, where in _by_name(decorators).items()
    )


def _by_name(decorators: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, step in decorators:
        where = found.setdefault(name, [])
        if step and step not in where:
            where.append(step)
    return found
