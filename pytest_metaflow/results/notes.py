"""What is worth saying of a run whatever came of it: it must not go unseen in a green session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pytest_metaflow.inside.network import MAX_RECORDS
from pytest_metaflow.results.run import Account, Blocked, Foreach


@dataclass(frozen=True)
class Note:
    """One fact. `name` is the property `metaflow_NAME` of the item; `text` is one line."""

    name: str
    text: str


MADE_LOCAL = "made_local"
PACKAGES = "packages"
NO_TEST_MODE = "without_test_mode"
FAILED_AS_EXPECTED = "failed_as_expected"
FOREACH_CUT = "foreach_cut"
FOREACH_WHOLE = "foreach_whole"
CONTRACT = "contract"
STEPS_RUN = "steps_run"
STEPS_NOT_RUN = "steps_not_run"
BLOCKED = "blocked"
RUNS_MADE = "reads"
TRIGGERED_BY = "triggered_by"
KEPT = "kept"
NOT_KEPT = "not_kept"

LINES: Mapping[str, str] = {
    MADE_LOCAL: "made local: {}",
    PACKAGES: "other package versions: {}",
    NO_TEST_MODE: "{}",
    FAILED_AS_EXPECTED: "failed as expected: {}",
    FOREACH_CUT: "foreach cut: {}",
    FOREACH_WHOLE: "foreach left whole: {}",
    CONTRACT: "{}",
    BLOCKED: "blocked: {}",
    RUNS_MADE: "reads {}",
    TRIGGERED_BY: "triggered by {}",
    KEPT: "data kept in {}",
    NOT_KEPT: "{}",
}
"""Name of a note -> how the terminal shows it."""


def notes_of(account: Account) -> Iterator[Note]:
    """What the processes of a run told that the user should know."""
    if account.made_local:
        yield Note(MADE_LOCAL, _made_local(account.made_local))
    if account.blocked:
        flow = account.run.flow if account.run else ""
        yield Note(BLOCKED, ", ".join(_attempt(blocked, flow) for blocked in account.blocked))
    for name, chosen in (
        (FOREACH_CUT, [foreach for foreach in account.foreaches if not foreach.whole]),
        (FOREACH_WHOLE, [foreach for foreach in account.foreaches if foreach.whole]),
    ):
        if chosen:
            yield Note(name, ", ".join(_foreaches(chosen)))
    if account.run:
        ran = [step.name for step in account.run.steps]
        yield Note(STEPS_RUN, ", ".join(ran))
        others = [step for step in account.observed.graph if step not in ran]
        if others:
            yield Note(STEPS_NOT_RUN, ", ".join(others))


def _foreaches(found: Iterable[Foreach]) -> Iterator[str]:
    """`train over models 60 -> 3`, or for several tasks `fit over folds 40 to 60 -> 3 (4 times)`."""
    groups: dict[tuple[str, str, str], dict[str, Foreach]] = {}
    for one in found:
        groups.setdefault((one.step, one.artifact, one.whole), {})[one.task] = one
    for (step, artifact, whole), tasks in groups.items():
        items = sorted({one.items for one in tasks.values()})
        length = str(items[0]) if len(items) == 1 else f"{items[0]} to {items[-1]}"
        became = f" ({whole})" if whole else f" -> {next(iter(tasks.values())).kept}"
        times = f" ({len(tasks)} times)" if len(tasks) > 1 else ""
        yield f"{step} over {artifact} {length}{became}{times}"


def _attempt(blocked: Blocked, flow: str) -> str:
    """`example.com:443 (start, 3 times)`, with the flow's name where a step has started another flow.

    A process stops to report what it tries for ever.
    """
    theirs, _, step = blocked.place.partition(".")
    if flow not in ("", theirs):
        step = blocked.place
    times = "once" if blocked.times == 1 else f"{blocked.times} times"
    more = " or more" if blocked.times >= MAX_RECORDS else ""
    return f"{blocked.host} ({step or 'outside of steps'}, {times}{more})"


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
