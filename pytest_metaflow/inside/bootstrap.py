"""The one thing a process of a flow does before the flow's module is imported."""

from __future__ import annotations

import os

from pytest_metaflow.inside import network, processes, sockets
from pytest_metaflow.inside.import_hooks import install
from pytest_metaflow.inside.protocol import PROCESS, RUN, SANDBOX, SILENT, brief, own_sandbox

PATCHES = {
    "socket": "pytest_metaflow.inside.sockets",
    "metaflow.metaflow_config_funcs": "pytest_metaflow.inside.configuration",
    "metaflow.extension_support.plugins": "pytest_metaflow.neutralise",
    "metaflow.flowspec": "pytest_metaflow.inside.foreaches",
    "metaflow.cli": "pytest_metaflow.inside.messages",
    "metaflow.runtime": "pytest_metaflow.inside.runtime",
    "metaflow.task": "pytest_metaflow.inside.tasks",
    "metaflow.datastore.task_datastore": "pytest_metaflow.inside.contracts.artifacts",
}
"""Module -> the module whose `patch(module)` changes it as soon as it is imported."""


def prepare() -> None:
    """Make this process safe and observed; nothing happens outside of a sandbox.

    A process that the flow's own code starts gets the patches too, keeps its standard input and is silent.
    """
    if SANDBOX not in os.environ:
        return
    own_sandbox()
    network.install()
    sockets.patch_loaded()
    role = _role()
    if role:
        processes.die_with_parent()
        processes.report_uncaught()
    elif not processes.task_of_command():
        os.environ[SILENT] = "1"
    if role == "task":
        processes.close_stdin()
    install({**PATCHES, **_debugging(role)})


def _debugging(role: str) -> dict[str, str]:
    """Let this process open a debugger, and say what is to be patched for that; or forbid breakpoints."""
    if not (role or processes.task_of_command()) or not brief()["debugging"]:
        processes.forbid_breakpoints()
        return {}
    from pytest_metaflow.inside import debugger

    debugger.prepare()
    return {"pdb": debugger.__name__}


def _role() -> str:
    """`run`, `task` or, for what anything else than Metaflow's runtime starts, nothing.

    A run that replaces itself (`os.execv`) is the run still. The tasks that `@parallel` starts have no role.
    """
    role = os.environ.pop(PROCESS, "")
    process = str(os.getpid())
    if role == "run":
        os.environ[RUN] = process
    return "run" if os.environ.get(RUN) == process else role
