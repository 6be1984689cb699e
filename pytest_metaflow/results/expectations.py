"""Runs that are to fail: whether one failed as it was expected to, and in no other way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mflint.model import Flow
from pytest_metaflow.engines import Ending
from pytest_metaflow.planning.refusals import CannotRun
from pytest_metaflow.results.notes import FAILED_AS_EXPECTED, Note
from pytest_metaflow.results.run import Account, Raised
from pytest_metaflow.results.verdict import Failure
from pytest_metaflow.settings.model import Expectation
from pytest_metaflow.words import did_you_mean

LOST = "not all that its processes reported could be written, so that nobody can say what else failed"


@dataclass(frozen=True)
class Fault:
    """What went wrong at one place; None where no step had begun, or no exception was raised."""

    step: str | None
    error: Raised | None

    def __str__(self) -> str:
        """`ValueError in load`"""
        what = self.error.type.rpartition(".")[2] if self.error else "a failure"
        return f"{what} in {self.step}" if self.step else f"{what} before the first step"


def expect_a_step(flow: Flow, expected: Expectation | None) -> None:
    """Raise CannotRun where a failure is expected in a step that the flow certainly lacks."""
    step = expected.step if expected else None
    if step and not flow.unknown and step not in flow.steps:
        raise CannotRun(
            f'{flow.name} has no step "{step}" to fail in{did_you_mean(step, tuple(flow.steps))}.'
        )


def held_against(
    expected: Expectation, failure: Failure | None, ending: Ending, account: Account
) -> tuple[Failure | None, tuple[Note, ...]]:
    """The verdict of a run that is to fail, and the note on one that did as expected.

    A timeout is expected by nothing, and every task that failed has to have failed as expected.
    """
    if failure is None:
        return _succeeded(expected), ()
    met = Fault(failure.step, failure.error)
    others = [fault for fault in _other_faults(failure, account) if not _fits(expected, fault)]
    if ending.timed_out or not _fits(expected, met):
        return _instead(failure, expected, failure.summary, "the run failed in another way"), ()
    if others:
        also = " and ".join(str(fault) for fault in dict.fromkeys(others))
        return _instead(failure, expected, f"there was also {also}", f"there was also {also}"), ()
    if not account.complete:
        return _instead(failure, expected, LOST, LOST), ()
    return None, (Note(FAILED_AS_EXPECTED, str(met)),)


def _succeeded(expected: Expectation) -> Failure:
    what = " ".join(
        filter(None, ("to fail", _place(expected), expected.error and f"with {_error(expected)}"))
    )
    return Failure(
        f"expected {what}, and succeeded",
        f"The run was expected {what}, and succeeded.",
        step=expected.step,
    )


def _instead(failure: Failure, expected: Expectation, briefly: str, happened: str) -> Failure:
    wanted = " ".join(filter(None, (_error(expected), _place(expected))))
    return replace(
        failure,
        summary=f"expected {wanted}, but {briefly}",
        text=f"Expected {wanted}, but {happened}.\n\n{failure.text}",
    )


def _error(expected: Expectation) -> str:
    """`ValueError matching 'too small'`"""
    what = expected.error or "a failure"
    return f"{what} matching {expected.match!r}" if expected.match else what


def _place(expected: Expectation) -> str:
    return f"in step {expected.step}" if expected.step else ""


def _fits(expected: Expectation, fault: Fault) -> bool:
    if expected.step and fault.step != expected.step:
        return False
    if not expected.error and not expected.match:
        return True
    error = fault.error
    if error is None or (expected.error and not any(_names(expected.error, base) for base in error.bases)):
        return False
    return not expected.match or bool(re.search(expected.match, error.message.partition(": ")[2]))


def _names(name: str, qualified: str) -> bool:
    return f".{qualified}".endswith(f".{name.removeprefix('builtins.')}")


def _other_faults(failure: Failure, account: Account) -> Iterator[Fault]:
    """The tasks that failed for good besides the one that the failure tells of.

    What `@retry` made good is none, and what a task of `@parallel` says of its siblings' errors is none.
    """
    failed = [task for step in account.run.steps for task in step.failed] if account.run else []
    for task in failed:
        errors = [error for error in account.errors if error.task == task]
        if not errors:
            yield from _died(failure, account, task)
        elif errors[-1].chain[-1] is not failure.error and any(raised.of_user for raised in errors[-1].chain):
            yield Fault(errors[-1].step, errors[-1].chain[-1])


def _died(failure: Failure, account: Account, task: str) -> Iterator[Fault]:
    """A task that ended without an exception, unless it is what the failure tells of."""
    for ended in account.ended:
        if ended.task == task and (failure.error or ended.step != failure.step):
            yield Fault(ended.step, None)
