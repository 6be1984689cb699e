"""From a plan to a verdict: one run in its sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from mflint.model import Flow
from pytest_metaflow.contracts.checking import check
from pytest_metaflow.engines import EngineError, Watch
from pytest_metaflow.means import Means
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.results import logs
from pytest_metaflow.results.expectations import held_against
from pytest_metaflow.results.notes import KEPT, NOT_KEPT, Note, notes_of
from pytest_metaflow.results.progress import Progress
from pytest_metaflow.results.run import Account, FlowRun, account
from pytest_metaflow.results.verdict import Failure, Section, judge
from pytest_metaflow.s3.advice import advised
from pytest_metaflow.s3.server import S3Error
from pytest_metaflow.sandbox import keeping
from pytest_metaflow.sandbox.directory import Sandbox, SandboxError, sandbox
from pytest_metaflow.sandbox.stores import load
from pytest_metaflow.signals import cleaning_up_first

IN_S3 = "data not kept: it lay in the S3 of the run, which is gone (metaflow_datastore = s3)"
"""A kept store would lead Metaflow's Client to an S3 of that name in the user's own account."""


@dataclass(frozen=True)
class Result:
    """What is known after a run; `failure` is None where it was good."""

    failure: Failure | None
    run: FlowRun | None = None
    notes: tuple[Note, ...] = ()
    account: Account | None = None
    """What its processes reported."""
    tasks: Mapping[str, int] = field(default_factory=dict)
    """Number of tasks that started, by step."""
    seconds: float | None = None
    """How long the run took; None where it was not started."""
    flow_failed: bool = False
    """Whether the failure came of the flow's own processes, where a debugger could be had."""

    @property
    def debugger_quit(self) -> bool:
        """Whether somebody has quit a debugger, and so wants to end pytest's session."""
        return self.account is not None and self.account.debugger_quit


def execute(flow: Flow, plan: RunPlan, means: Means, watch: Watch | None = None) -> Result:
    """Run the plan. No process of the run is left, and no file but those that are to be kept."""
    with cleaning_up_first(), executed(flow, plan, means, watch) as (result, _sandbox):
        return result


@contextmanager
def executed(
    flow: Flow, plan: RunPlan, means: Means, watch: Watch | None = None
) -> Iterator[tuple[Result, Sandbox | None]]:
    """Run the plan; its processes are gone when the context is entered, its sandbox when it is left.

    The sandbox is None where it could not be made.
    """
    with ExitStack() as stack:
        made = None
        try:
            with means.s3.lent() as url:
                served = replace(plan, s3=url)
                made = stack.enter_context(sandbox(served))
                load(served.runs, made, means.s3)
                result = _run(flow, served, made, means, watch)
        except (SandboxError, EngineError, S3Error) as error:
            result = Result(Failure(str(error), f"The run was not started: {error}."))
        yield result, made


def _run(flow: Flow, plan: RunPlan, made: Sandbox, means: Means, watch: Watch | None) -> Result:
    begun = time.monotonic()
    ending = means.engine.run(plan, made, watch)
    seconds = time.monotonic() - begun
    told = account(made.root)
    failure = judge(plan, ending, told, logs.read(made.output))
    progress = Progress(made.root)
    progress.read()
    notes = tuple(notes_of(told))
    result = Result(failure, told.run, notes, told, progress.tasks, seconds, failure is not None)
    if failure and made.is_full:
        result = replace(result, failure=_on_full_disk(failure, made))
    elif plan.expect:
        failure, said = held_against(plan.expect, failure, ending, told)
        result = replace(result, failure=failure, notes=notes + said)
    elif not failure:
        checked = check(flow, plan.contracts, told)
        result = replace(result, failure=checked.failure, notes=notes + checked.notes)
    if result.failure:
        result = replace(result, failure=advised(result.failure, plan, means.s3))
    return _kept(result, made, plan, means)


def _on_full_disk(failure: Failure, made: Sandbox) -> Failure:
    folder = made.root.parent
    text = f"No space is left in {folder}, where runs keep their data; TMPDIR moves them."
    return replace(failure, summary=f"no space left in {folder}", text=f"{text}\n\n{failure.text}")


def _kept(result: Result, made: Sandbox, plan: RunPlan, means: Means) -> Result:
    """Keep the data of a run where that is wanted, and say where; a run is as good when it cannot be kept."""
    kept = means.kept
    run = keeping.run_in(made.store, plan.flow)
    if kept is None or run is None or not (result.failure or kept.policy == "all"):
        return result
    if plan.datastore == "s3":
        return replace(result, notes=(*result.notes, Note(NOT_KEPT, IN_S3)))
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
