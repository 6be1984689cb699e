"""A good run is held against the contracts of its flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mflint.model import Flow
from pytest_metaflow.contracts import (
    caught,
    data_frame,
    library_class,
    places,
    portable,
    size,
    test_mode,
    vanished,
)
from pytest_metaflow.contracts.levels import Contracts
from pytest_metaflow.contracts.observed import Observed
from pytest_metaflow.contracts.violation import Violation, together
from pytest_metaflow.results.notes import CONTRACT, Note
from pytest_metaflow.results.run import Account
from pytest_metaflow.results.verdict import Failure

ON_ARTIFACTS = (data_frame, library_class, portable, vanished, size)


@dataclass(frozen=True)
class Checked:
    """What came of it; `failure` is None where no contract of the level `error` is broken."""

    failure: Failure | None
    notes: tuple[Note, ...]


def check(flow: Flow, contracts: Contracts, account: Account) -> Checked:
    """Hold what the processes of a good run saw against the contracts."""
    found = [
        places.placed(violation, flow, contracts.test_mode_parameter)
        for violation in together(_violations(flow, contracts, account))
    ]
    errors = [violation for violation in found if contracts.level(violation.contract) == "error"]
    warnings = [violation for violation in found if contracts.level(violation.contract) == "warn"]
    notes = tuple(Note(CONTRACT, f"{v.line_of_text}{_line(v)}") for v in warnings)
    return Checked(_failure(flow, errors) if errors else None, notes)


def _violations(flow: Flow, contracts: Contracts, account: Account) -> Iterator[Violation]:
    seen = account.observed
    for contract in ON_ARTIFACTS:
        if contracts.level(contract.NAME) != "off":
            found = [
                violation
                for violation in contract.violations(seen, contracts)
                if violation.artifact not in contracts.allowed_artifacts
            ]
            yield from _at_their_origin(found, flow, seen)
    if contracts.caught != "off":
        yield from caught.violations(account.caught)
    if contracts.test_mode != "off":
        yield from test_mode.violations(seen, flow)


def _at_their_origin(found: Sequence[Violation], flow: Flow, seen: Observed) -> Iterator[Violation]:
    """Those of the steps that make the artifact: one that a step only reads is stored once more, and may be
    pickled in another way. A step behind such a one makes it where its source assigns it."""
    steps: dict[str | None, set[str | None]] = {}
    for violation in found:
        steps.setdefault(violation.artifact, set()).add(violation.step)
    for violation in found:
        step, artifact = violation.step or "", violation.artifact or ""
        inherited = seen.before(step) & steps[violation.artifact]
        if not inherited or any(places.assignments(flow, step, artifact)):
            yield violation


def _failure(flow: Flow, errors: Sequence[Violation]) -> Failure:
    first = errors[0]
    others = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    listed = "\n".join(f"{v.line_of_text}{_line(v)}\n    {v.help}" for v in errors)
    return Failure(
        f"{first.line_of_text}{others}",
        f"The run of {flow.name} succeeded, but breaks what is demanded of it:\n\n{listed}\n\n"
        f"The levels are set in pyproject.toml: [tool.pytest_metaflow.flows.{flow.name}.contracts]",
        chain=first.chain if len(errors) == 1 else (),
        step=first.step,
        file=first.file,
        line=first.line,
    )


def _line(violation: Violation) -> str:
    """` (train.py:12)`"""
    file, line = violation.file, violation.line
    users = [f for raised in violation.chain for f in raised.frames if f.owner == "user"]
    if users:
        file, line = users[-1].file, users[-1].line
    return f" ({file.name}:{line})" if file else ""
