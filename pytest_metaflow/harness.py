"""From a plan to a verdict: one run in its sandbox."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_metaflow import logs
from pytest_metaflow.engines import Engine, EngineError
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.run import Account, FlowRun, account
from pytest_metaflow.sandbox import SandboxError, sandbox
from pytest_metaflow.signals import cleaning_up_first
from pytest_metaflow.verdict import Failure, judge


@dataclass(frozen=True)
class Result:
    """What is known after a run; `failure` is None where it was good."""

    failure: Failure | None
    run: FlowRun | None = None
    made_local: tuple[tuple[str, str | None], ...] = ()


def execute(plan: RunPlan, engine: Engine) -> Result:
    """Run the plan. No process and no file of the run is left."""
    try:
        with cleaning_up_first(), sandbox(plan) as made:
            ending = engine.run(plan, made)
            told: Account = account(made.root)
            return Result(judge(plan, ending, told, logs.read(made.output)), told.run, told.made_local)
    except (SandboxError, EngineError) as error:
        return Result(Failure(str(error), f"The run was not started: {error}."))
