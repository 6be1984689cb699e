"""Watches Metaflow's runtime: which tasks it starts and how, how each ends, and what came of the run."""

from __future__ import annotations

import tempfile
from types import ModuleType
from typing import Any

from pytest_metaflow.inside import lone_step, outcome, progress, tasks_of_run
from pytest_metaflow.inside.contracts import run as contracts
from pytest_metaflow.inside.protocol import PLACE, PROCESS, TEMPORARY, brief, own_sandbox, record


def patch(module: ModuleType) -> None:
    """Wrap the run (`NativeRuntime`), the command of a task (`CLIArgs`) and its end (`Worker`)."""
    _watch_run(module.NativeRuntime)
    _watch_command(module.CLIArgs, module.MetaflowException)
    _watch_end(module.Worker)
    progress.watch(module.NativeRuntime, module.Worker)


def _watch_run(runtime: Any) -> None:
    execute = runtime.execute

    def observed(self: Any) -> Any:
        said = brief()
        tempfile.tempdir = str(own_sandbox() / TEMPORARY)  # a file that outlives SIGKILL
        record("local", {"decorators": made_local(self._flow)})
        contracts.record_graph(self)
        if said["alone"]:
            lone_step.prepare(self)
        try:
            done = execute(self)
        finally:
            record("outcome", outcome.read(self._flow.name, self.run_id, said["alone"]))
            if said["tell_tasks"]:
                record("tasks", tasks_of_run.read(self, said["alone"]))
        if not said["alone"]:
            contracts.look(self)
        return done

    runtime.execute = observed


def made_local(flow: Any) -> list[list[str | None]]:
    """The decorators that were made local, each with its step, or None for one of the flow."""
    from metaflow.decorators import flow_decorators

    of_flow: list[list[str | None]] = [
        [deco.name, None] for deco in flow_decorators(type(flow)) if getattr(deco, "made_local", False)
    ]
    of_steps: list[list[str | None]] = [
        [deco.name, step.__name__]
        for step in flow
        for deco in step.decorators
        if getattr(deco, "made_local", False)
    ]
    return of_flow + of_steps


def _watch_command(cli_args: Any, error: type[Exception]) -> None:
    get_env = cli_args.get_env

    def checked(self: Any) -> dict[str, str]:
        if leaves_machine(self):
            raise error(_refusal(self, culprits(self)))
        place = f"{self.task.flow_name}.{self.task.step}"
        return {**get_env(self), PROCESS: "task", PLACE: place}

    cli_args.get_env = checked


def leaves_machine(command: Any) -> bool:
    """Whether a task's command is no longer `python flow.py … step …` of this Python."""
    return bool(command.commands != ["step"] or command.entrypoint != list(command.task.entrypoint))


def culprits(command: Any) -> list[str]:
    """The decorators that change the command, found by applying each alone to a fresh one."""
    found = []
    for deco in command.task.decos:
        alone = type(command)(command.task)
        if getattr(deco, "runtime_step_cli_ctx", None) is not None:
            deco.runtime_step_cli_ctx(command.task.step, alone)
        else:
            deco.runtime_step_cli(
                alone, command.task.retries, command.task.user_code_retries, command.task.ubf_context
            )
        if leaves_machine(alone):
            found.append(f"@{deco.name}")
    return found


def _refusal(command: Any, decorators: list[str]) -> str:
    who = " and ".join(decorators) or "A decorator"
    how = " ".join([*command.entrypoint, *command.commands])
    return (
        f"{who} on step {command.task.step} would start its task as `{how}`, outside of this Python. "
        f"A test run starts every task on this machine: use {who} only outside of test mode."
    )


def _watch_end(worker: Any) -> None:
    terminate = worker.terminate

    def observed(self: Any) -> Any:
        returncode = terminate(self)
        if returncode and not self.killed:
            record(
                "ended",
                {"step": self.task.step, "task": str(self.task.task_id), "returncode": returncode},
            )
        return returncode

    worker.terminate = observed
