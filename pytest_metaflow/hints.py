"""What to make of an error that the test run itself brings about."""

from __future__ import annotations

import re

HINTS = (
    (
        r"(?s)metaflow\.exception\.MetaflowException: Failed to retrieve .+ for tests\. (?P<add>Add it .+)",
        "{add}",
    ),
    (
        r"metaflow\.exception\.MetaflowNotFound: Flow\('(?P<flow>\w+)'\) does not exist",
        "{flow} has no run in this store: the run of every flow test starts with an empty one of its own.",
    ),
    (
        r"metaflow\.datastore\.exceptions\.DataException: No completed attempts of the task was found",
        "The task's process ended with exit code 0 before its step did, as after `os._exit(0)`.",
    ),
    (
        r"bdb\.BdbQuit",
        "A debugger asked for input, and nobody can answer it in a task. It takes a terminal and -n 0.",
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
    return None
