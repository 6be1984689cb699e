"""`vanished`: what a step assigns is stored."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_metaflow.contracts.levels import Contracts
from pytest_metaflow.contracts.observed import Observed
from pytest_metaflow.contracts.violation import Violation

NAME = "vanished"


def violations(seen: Observed, _contracts: Contracts) -> Iterator[Violation]:
    """Attributes that Metaflow left out without a word."""
    for gone in seen.vanished:
        yield Violation(
            NAME,
            f"self.{gone.name} is a {gone.kind}, which Metaflow does not store",
            f"Make it a method of the flow, or a local name; self._{gone.name} if only this step needs it.",
            gone.step,
            gone.name,
            (gone.task,),
        )
