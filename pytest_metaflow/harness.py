"""From a plan to a verdict: one run in its sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from pytest_metaflow import logs
from pytest_metaflow.engines import EngineError
from pytest_metaflow.expectations import held_against
from pytest_metaflow.means import Means
from pytest_metaflow.notes import SECONDS, Note, notes_of
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.run import Account, FlowRun, account
from pytest_metaflow.s3.advice import advised
from pytest_metaflow.s3.server import S3Error
from pytest_metaflow.sandbox import Sandbox, SandboxError, sandbox
from pytest_metaflow.signals import cleaning_up_first
from pytest_metaflow.stores import load
from pytest_metaflow.verdict import Failure, judge


@dataclass(frozen=True)
class Result:
    """What is known after a run; `failure` is None where it was good."""

    failure: Failure | None
    run: FlowRun | None = None
    notes: tuple[Note, ...] = ()
    account: Account | None = None
    """What its processes reported."""
    debugger_quit: bool = False


def execute(plan: RunPlan, means: Means) -> Result:
    """Run the plan. No process and no file of the run is left."""
    with cleaning_up_first(), executed(plan, means) as (result, _sandbox):
        return result


@contextmanager
def executed(plan: RunPlan, means: Means) -> Iterator[tuple[Result, Sandbox | None]]:
    """Run the plan; its processes are gone when the context is entered, its sandbox when it is left.

    The sandbox is None where it could not be made.
    """
    with ExitStack() as stack:
        made = None
        try:
            served = replace(plan, s3=stack.enter_context(means.s3.lent()))
            made = stack.enter_context(sandbox(served))
            load(served.runs, made, means.s3)
            result = _run(served, made, means)
        except (SandboxError, EngineError, S3Error) as error:
            result = Result(Failure(str(error), f"The run was not started: {error}."))
        yield result, made


def _run(plan: RunPlan, made: Sandbox, means: Means) -> Result:
    begun = time.monotonic()
    ending = means.engine.run(plan, made)
    took = Note(SECONDS, f"{time.monotonic() - begun:.2f}")
    told = account(made.root)
    failure = judge(plan, ending, told, logs.read(made.output))
    notes = (took, *notes_of(told))
    if failure and made.is_full:
        failure = _on_full_disk(failure, made)
    elif plan.expect:
        failure, said = held_against(plan.expect, failure, ending, told)
        notes += said
    if failure:
        failure = advised(failure, plan, means.s3)
    return Result(failure, told.run, notes, told, told.debugger_quit)


def _on_full_disk(failure: Failure, made: Sandbox) -> Failure:
    folder = made.root.parent
    text = f"No space is left in {folder}, where runs keep their data; TMPDIR moves them."
    return replace(failure, summary=f"no space left in {folder}", text=f"{text}\n\n{failure.text}")
