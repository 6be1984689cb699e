"""The one thing a process of a flow does before the flow's module is imported."""

from __future__ import annotations

import os

from pytest_metaflow.inside import processes
from pytest_metaflow.inside.import_hooks import install
from pytest_metaflow.inside.protocol import PROCESS, RUN, SANDBOX, SILENT, own_sandbox

PATCHES = {
    "metaflow.metaflow_config_funcs": "pytest_metaflow.inside.configuration",
    "metaflow.extension_support.plugins": "pytest_metaflow.neutralise",
    "metaflow.cli": "pytest_metaflow.inside.messages",
    "metaflow.runtime": "pytest_metaflow.inside.runtime",
    "metaflow.task": "pytest_metaflow.inside.tasks",
}
"""Module of Metaflow -> the module whose `patch(module)` changes it as soon as it is imported."""


def prepare() -> None:
    """Make this process safe and observed; nothing happens outside of a sandbox.

    A process that the flow's own code starts gets the patches too, keeps its standard input and is silent.
    """
    if SANDBOX not in os.environ:
        return
    own_sandbox()
    role = _role()
    if role:
        processes.die_with_parent()
        processes.report_uncaught()
    elif not processes.task_of_command():
        os.environ[SILENT] = "1"
    if role == "task":
        processes.close_stdin()
    processes.forbid_breakpoints()
    install(PATCHES)


def _role() -> str:
    """`run`, `task` or, for what anything else than Metaflow's runtime starts, nothing.

    A run that replaces itself (`os.execv`) is the run still. The tasks that `@parallel` starts have no role.
    """
    role = os.environ.pop(PROCESS, "")
    process = str(os.getpid())
    if role == "run":
        os.environ[RUN] = process
    return "run" if os.environ.get(RUN) == process else role
