"""What a user can set for flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Expectation:
    """How a run has to fail; None where anything will do. `step` or `error` is said."""

    step: str | None = None
    error: str | None = None
    """The name of the exception's class or of a base class of it, with or without its module."""
    match: str | None = None
    """A regular expression to be found in the exception's message."""


@dataclass(frozen=True)
class FlowSettings:
    """The settings of one flow, or of one case of it; None or empty where nothing is said.

    Each field but `cases` and `expect` is the key of the same name, with `-` for `_`, that flows, cases and
    marks have.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    trigger: Mapping[str, Any] | None = None
    max_foreach: int | None = None
    expect: Expectation | None = None
    task_setup: str | None = None
    """`module:function`, empty for none whatever the session has."""
    producers: tuple[str, ...] | None = None
    """The flows whose runs it reads; None for those that its source names."""
    contracts: Mapping[str, Any] = field(default_factory=dict)
    """As `contracts.levels.contracts_of` takes them."""
    cases: tuple[Case, ...] | None = None

    def overridden_by(self, other: FlowSettings) -> FlowSettings:
        """These settings with those of `other` above them, tables entry by entry."""
        return FlowSettings(
            **{f.name: _over(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        )


@dataclass(frozen=True)
class Case:
    """One of several ways to run a flow; its settings go above the flow's."""

    id: str
    settings: FlowSettings


def _over(below: Any, above: Any) -> Any:
    """What is said last also stands last: two spellings of one parameter are told apart by the flow alone."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return {**{key: value for key, value in below.items() if key not in above}, **above}
    return below if above is None else above


@dataclass(frozen=True)
class ProjectSettings:
    """All settings of a project by flow: `Name`, or `path/to/file.py::Name` from the root directory."""

    flows: Mapping[str, FlowSettings] = field(default_factory=dict)
    contracts: Mapping[str, Any] = field(default_factory=dict)
    """Of all flows."""

    def of(self, path: str, name: str) -> FlowSettings:
        """The settings of the flow `name` in the file `path`; what is said of the file's flow goes first."""
        general = FlowSettings(contracts=self.contracts).overridden_by(self.flows.get(name, FlowSettings()))
        return general.overridden_by(self.flows.get(f"{path}::{name}", FlowSettings()))
