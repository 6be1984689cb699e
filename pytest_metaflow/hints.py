"""What to make of an error that the test run itself brings about."""

from __future__ import annotations

import os
import re

from pytest_metaflow.variables import passed

HINTS = (
    (
        r"metaflow\.exception\.MetaflowNotFound: Flow\('(?P<flow>\w+)'\) does not exist",
        "{flow} has no run in this store: the run of every flow test starts with an empty one of its own.",
    ),
    (
        r"metaflow\.datastore\.exceptions\.DataException: No completed attempts of the task was found",
        "The task's process ended with exit code 0 before its step did, as after `os._exit(0)`.",
    ),
    (
        r"(?s:.*)mflint blocked (?P<host>\S+?)(?::\d+)? in ",
        (
            "Nothing leaves this machine in a test run. To open it for this host, in pyproject.toml:\n\n"
            '    [tool.pytest.ini_options]\n    metaflow_allow_network = ["{host}"]'
        ),
    ),
    (
        r"(?s:.*)(?:Network is unreachable|Temporary failure in name resolution|Could not resolve host)",
        "A test run reaches nothing but loopback; metaflow_allow_network opens it for named hosts.",
    ),
    (
        r"bdb\.BdbQuit",
        "A debugger asked for input, and nobody can answer it in a task. Debug the flow without pytest.",
    ),
    (
        r"EOFError: EOF when reading a line",
        "The step asked for input, and nobody can answer it in a task.",
    ),
)
"""Pattern of an exception's type and message -> what the report adds."""


def hint(message: str) -> str | None:
    """What to add to an exception that is shown as `message`, if anything."""
    for pattern, text in HINTS:
        match = re.match(pattern, message)
        if match:
            return text.format(**match.groupdict())
    return _hidden_variable(message)


def _hidden_variable(message: str) -> str | None:
    match = re.match(r"KeyError: '(\w+)'$", message)
    if match and passed(os.environ, [match[1]]):
        return f'{match[1]} is hidden from runs; metaflow_pass_env = ["{match[1]}"] lets it in.'
    return None
