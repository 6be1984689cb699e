"""From a plan to a verdict: one run in its sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from pytest_metaflow import keeping, logs
from pytest_metaflow.engines import EngineError, Watch
from pytest_metaflow.means import Means
from pytest_metaflow.notes import KEPT, NOT_KEPT, Note, notes_of
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.progress import Progress
from pytest_metaflow.run import FlowRun, account
from pytest_metaflow.sandbox import Sandbox, SandboxError, sandbox
from pytest_metaflow.signals import cleaning_up_first
from pytest_metaflow.verdict import Failure, Section, judge


@dataclass(frozen=True)
class Result:
    """What is known after a run; `failure` is None where it was good."""

    failure: Failure | None
    run: FlowRun | None = None
    notes: tuple[Note, ...] = ()
    tasks: Mapping[str, int] = field(default_factory=dict)
    """Number of tasks that started, by step."""
    seconds: float | None = None
    """How long the run took; None where it was not started."""


def execute(plan: RunPlan, means: Means, watch: Watch | None = None) -> Result:
    """Run the plan. No process of the run is left, and no file but those that are to be kept."""
    with cleaning_up_first(), executed(plan, means, watch) as (result, made):
        kept = means.kept
        if made is None or kept is None or not (result.failure or kept.policy == "all"):
            return result
        return _keep(result, kept, made, plan)


@contextmanager
def executed(
    plan: RunPlan, means: Means, watch: Watch | None = None
) -> Iterator[tuple[Result, Sandbox | None]]:
    """Run the plan; its processes are gone when the context is entered, its sandbox when it is left.

    The sandbox is None where it could not be made.
    """
    with ExitStack() as stack:
        made = None
        try:
            made = stack.enter_context(sandbox(plan))
            result = _run(plan, made, means, watch)
        except (SandboxError, EngineError) as error:
            result = Result(Failure(str(error), f"The run was not started: {error}."))
        yield result, made


def _run(plan: RunPlan, made: Sandbox, means: Means, watch: Watch | None) -> Result:
    started = time.monotonic()
    ending = means.engine.run(plan, made, watch)
    seconds = time.monotonic() - started
    told = account(made.root)
    failure = judge(plan, ending, told, logs.read(made.output))
    if failure and made.is_full:
        failure = _on_full_disk(failure, made)
    progress = Progress(made.root)
    progress.read()
    return Result(failure, told.run, tuple(notes_of(told)), progress.tasks, seconds)


def _keep(result: Result, kept: keeping.Kept, made: Sandbox, plan: RunPlan) -> Result:
    """Keep the run's data and say where it is; that it cannot be kept changes nothing else."""
    run = keeping.run_in(made.store, plan.flow)
    if run is None:
        return result
    try:
        folder = kept.keep(made, plan.flow)
    except keeping.KeepError as error:
        return replace(result, notes=(*result.notes, Note(NOT_KEPT, str(error))))
    notes = (*result.notes, Note(KEPT, str(folder)))
    if result.failure is None:
        return replace(result, notes=notes)
    section = Section("to look into it", (keeping.command(folder, run),))
    failure = replace(result.failure, sections=(*result.failure.sections, section))
    return replace(result, failure=failure, notes=notes)


def _on_full_disk(failure: Failure, made: Sandbox) -> Failure:
    folder = made.root.parent
    text = f"No space is left in {folder}, where runs keep their data; TMPDIR moves them."
    return replace(failure, summary=f"no space left in {folder}", text=f"{text}\n\n{failure.text}")
