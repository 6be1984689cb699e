"""What is known about a run, as properties of its item: they reach JUnit, and the controller of xdist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pytest_metaflow.harness import Result
from pytest_metaflow.planning import Decision

RUN = "metaflow_run"
TASKS = "metaflow_tasks"
ARTIFACTS = "metaflow_artifacts"
MADE_LOCAL = "metaflow_made_local"
PACKAGES = "metaflow_packages"
NO_TEST_MODE = "metaflow_without_test_mode"


def describe(decision: Decision, result: Result) -> Iterator[tuple[str, str]]:
    """Name and value of each property."""
    if result.run:
        yield RUN, f"{result.run.flow}/{result.run.run_id}"
        yield TASKS, ", ".join(f"{step.name} {step.tasks}" for step in result.run.steps)
        yield ARTIFACTS, ", ".join(result.run.artifacts)
    if result.made_local:
        yield MADE_LOCAL, _made_local(result.made_local)
    if decision.packages.differing:
        yield PACKAGES, ", ".join(str(package) for package in decision.packages.differing)
    if not decision.test_mode:
        yield NO_TEST_MODE, "ran without a test mode"


def _made_local(decorators: Iterable[tuple[str, str | None]]) -> str:
    """`@kubernetes (train, score), @schedule`"""
    steps: Mapping[str, list[str]] = _by_name(decorators)
    return ", ".join(
        f"@{name} ({', '.join(where)})" if where else f"@{name}" for name, where in steps.items()
    )


def _by_name(decorators: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, step in decorators:
        where = found.setdefault(name, [])
        if step and step not in where:
            where.append(step)
    return found
