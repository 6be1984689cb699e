"""The one thing a process of a flow does before the flow's module is imported."""

from __future__ import annotations

import os

from pytest_metaflow.inside import processes
from pytest_metaflow.inside.import_hooks import install
from pytest_metaflow.inside.protocol import PROCESS, SANDBOX

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

    A process that the flow's own code starts gets the patches too, but keeps its standard input.
    """
    if SANDBOX not in os.environ:
        return
    role = os.environ.pop(PROCESS, "")
    if role:
        processes.die_with_parent()
        processes.report_uncaught()
    if role == "task":
        processes.close_stdin()
    processes.forbid_breakpoints()
    install(PATCHES)
