"""What the analysis finds, for rules to report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from mflint.analysis.dataflow.state import Left
from mflint.model import FlowFile, Node
from mflint.model.effects import Taken


class Lack(Enum):
    """Why an artifact is missing where it is read."""

    NEVER = "no step before assigns it"
    SOMETIMES = "it is assigned on some paths only"
    LOST = "a join did not take it over"


@dataclass(frozen=True)
class Spot:
    """A place in a step, or in a method that the step calls."""

    step: str
    node: Node
    file: FlowFile


@dataclass(frozen=True)
class Missing:
    """An artifact that is not there where it is read.

    `join` is the join that lost it. `branch` is what of a join's inputs is read, None for `self`; `lacking`
    are then the steps that leave inputs without it. `known` are the names that are there, for suggestions.
    """

    spot: Spot
    name: str
    lack: Lack
    known: frozenset[str]
    join: str | None = None
    branch: str | Taken | None = None
    lacking: tuple[str, ...] = ()


class MergeFault(Enum):
    """What is wrong with a call of `merge_artifacts`."""

    NO_JOIN = "it is called in a step that is no join"
    BOTH = "`include` and `exclude` are both given"
    ABSENT = "`include` names what no branch has"


@dataclass(frozen=True)
class BadMerge:
    """A call of `merge_artifacts` that fails; `names` are absent, `known` is what the branches have."""

    spot: Spot
    fault: MergeFault
    names: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class UnknownInput:
    """`inputs.name`, where no step of that name leads to the join."""

    spot: Spot
    name: str
    inputs: tuple[str, ...]


Event = Missing | BadMerge | UnknownInput


class Presence(Enum):
    """Whether an artifact is there."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    NEVER = "never"
    UNKNOWN = "unknown"
    """The source does not tell."""


@dataclass(frozen=True, eq=False)
class DataFlow:
    """The events of a flow, and what each step leaves; `silence` says why the source does not tell."""

    events: tuple[Event, ...] = ()
    left: Mapping[str, Left] = field(default_factory=dict)
    silence: str | None = None
    defined: frozenset[str] = frozenset()
    writes: Mapping[str, Mapping[str, Node]] = field(default_factory=dict)
    """For each step that is reached, the artifacts that its own body assigns, and where first."""
    before: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For each step that is reached, the steps that may come before it."""
