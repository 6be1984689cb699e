"""What the processes of a run recorded for the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Artifact:
    """An artifact that a task made or changed, as Metaflow's task datastore describes it."""

    step: str
    task: str
    name: str
    type: str
    """Its class with the module, as Metaflow recorded it."""
    bases: tuple[str, ...]
    """The base classes of its class, nearest first; empty for Python's own classes."""
    owner: str
    """Whose class it is: `python`, `user`, `metaflow` or `library`."""
    size: int
    """Bytes of the pickled object, not compressed."""
    key: str
    """The name of its content in the datastore."""


@dataclass(frozen=True)
class Vanished:
    """An attribute that a task assigned and Metaflow did not store; `kind` is `function`, `method`, …"""

    step: str
    task: str
    name: str
    kind: str


@dataclass(frozen=True)
class Value:
    """The value of a parameter's default, or the `error` in finding it: one line."""

    value: Any = None
    error: str = ""


@dataclass(frozen=True)
class TestModeDefault:
    """The test-mode parameter's default, with and without `--production`; None where that cannot be asked."""

    __test__ = False

    parameter: str
    is_bool: bool
    deploy_time: bool
    """Whether the default is a function."""
    project: bool
    """Whether the flow has `@project`, and with it `--production`."""
    production: Value | None
    otherwise: Value | None


@dataclass(frozen=True)
class Observed:
    """All of it."""

    graph: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Each step with those that may follow it."""
    artifacts: tuple[Artifact, ...] = ()
    vanished: tuple[Vanished, ...] = ()
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """The key of an artifact's content -> why Python with only its standard library cannot load it."""
    test_mode: TestModeDefault | None = None

    def before(self, step: str) -> set[str]:
        """The steps from which one can come to `step`, without itself."""
        found: set[str] = set()
        pending = [step]
        while pending:
            target = pending.pop()
            new = {name for name, after in self.graph.items() if target in after} - found
            found |= new
            pending.extend(new)
        return found - {step}


def observed(records: Iterable[Mapping[str, Any]]) -> Observed:
    """Read what `inside.contracts` reported."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for record in records:
        by_kind.setdefault(record["kind"], []).append(record)
    tasks = by_kind.get("artifacts", [])
    return Observed(
        graph={s: tuple(after) for r in by_kind.get("graph", []) for s, after in r["steps"].items()},
        artifacts=tuple(_artifact(r, name, found) for r in tasks for name, found in r["artifacts"].items()),
        vanished=tuple(Vanished(r["step"], r["task"], n, k) for r in tasks for n, k in r["vanished"].items()),
        unreadable={k: why for r in by_kind.get("portable", []) for k, why in r["unreadable"].items()},
        test_mode=next((_test_mode(r) for r in by_kind.get("test-mode", [])), None),
    )


def _artifact(record: Mapping[str, Any], name: str, found: Mapping[str, Any]) -> Artifact:
    return Artifact(
        step=record["step"],
        task=record["task"],
        name=name,
        type=found["type"].removeprefix("<class '").removesuffix("'>"),
        bases=tuple(found["bases"]),
        owner=found["owner"],
        size=found["size"],
        key=found["key"],
    )


def _test_mode(record: Mapping[str, Any]) -> TestModeDefault:
    def value(name: str) -> Value | None:
        found = record[name]
        return None if found is None else Value(**found)

    return TestModeDefault(
        parameter=record["parameter"],
        is_bool=record["is_bool"],
        deploy_time=record["deploy_time"],
        project=record["project"],
        production=value("production"),
        otherwise=value("otherwise"),
    )
