"""The reference engine: `python flow.py … run`, a new interpreter for the run and for each of its tasks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from typing import Any

from pytest_metaflow.engines import Ending, EngineError, Watch, foreground
from pytest_metaflow.engines.groups import end
from pytest_metaflow.plan import RunPlan
from pytest_metaflow.sandbox.directory import Sandbox
from pytest_metaflow.sandbox.environment import environment
from pytest_metaflow.sandbox.namespace.command import in_namespace

TOP_LEVEL = (
    "--no-pylint",
    "--metadata=local",
    "--environment=local",
    "--event-logger=nullSidecarLogger",
    "--monitor=nullSidecarMonitor",
)

LOOK = 0.1
"""Seconds between two looks at a run that is watched."""


class ColdEngine:
    """Runs a flow as its author does at a terminal."""

    name = "cold"

    def run(self, plan: RunPlan, made: Sandbox, watch: Watch | None = None) -> Ending:
        """See `Engine.run`."""
        with foreground.kept() if plan.debugging else nullcontext():
            return _run(plan, made, watch)


def _run(plan: RunPlan, made: Sandbox, watch: Watch | None) -> Ending:
    try:
        process = _start(plan, made)
    except OSError as error:
        raise EngineError(f"cannot start {plan.file}: {error.strerror}") from None
    try:
        return Ending(_wait(process, plan.timeout, made, watch))
    finally:
        end(process, made.root)


def _wait(process: subprocess.Popen[bytes], timeout: float, made: Sandbox, watch: Watch | None) -> int | None:
    """The exit code, None after the timeout; a run in which somebody debugs may take any time."""
    deadline = time.monotonic() + timeout
    code = None
    while code is None and ((left := deadline - time.monotonic()) > 0 or made.debugged):
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(LOOK if watch or left <= 0 else left)
        if watch:
            watch(made)
    return code


def _start(plan: RunPlan, made: Sandbox) -> subprocess.Popen[bytes]:
    """Start the run in a process group of its own. Output goes to a file: no pipe fills up or stays open.

    Only where somebody debugs does the run stay in pytest's session: no other has its terminal.
    """
    with made.output.open("wb") as output:
        return subprocess.Popen(
            in_namespace(command(plan)) if plan.namespace else command(plan),
            cwd=plan.cwd,
            env=environment(made, plan, os.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **_group(plan),
        )


def _group(plan: RunPlan) -> dict[str, Any]:
    if plan.debugging is None:
        return {"start_new_session": True}
    if sys.version_info >= (3, 11):
        return {"process_group": 0}
    return {"preexec_fn": os.setpgrp}


def command(plan: RunPlan) -> list[str]:
    """The command line of the run."""
    return [
        sys.executable,
        "-u",
        str(plan.file),
        *TOP_LEVEL,
        f"--datastore={plan.datastore}",
        *_configs(plan),
        *(f"--trigger={pathspec}" for pathspec in plan.triggered_by),
        "run",
        *(["--max-workers=1"] if plan.debugging and plan.debugging.post_mortem else []),
        *(f"--{name}={_as_text(value)}" for name, value in plan.parameters.items()),
    ]


def _configs(plan: RunPlan) -> Iterator[str]:
    for name, value in plan.configs.items():
        if isinstance(value, str):
            yield from ("--config", name, value)
        else:
            yield from ("--config-value", name, json.dumps(value, default=str))


def _as_text(value: Any) -> str:
    """A parameter's value as the command line takes it: JSON for lists and tables (`parameters.JSONType`)."""
    if isinstance(value, list | dict):
        return json.dumps(value, default=str)
    return str(value)
