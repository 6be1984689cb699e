"""What to make of errors that the test run itself brings about, and of those that Metaflow words badly."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pytest_metaflow.results.run import Raised
from pytest_metaflow.sandbox.variables import passed

NO_S3_ROOT = (
    "Metaflow joins the root of its S3 with what it is given, and one of them is missing or bytes: a wrong "
    "profile has no DATATOOLS_S3ROOT, and `bucket` and `prefix` of `S3(…)` must be strings."
)
MISSING_ARTIFACT = (
    "No step on the way to this one has stored `self.{name}`. Metaflow stores no functions or methods, "
    "and after a join there is only what the join assigns or merges."
)
WITHOUT_ENVIRONMENT = "as one does that is started with `env={{…}}`, `-I`, `-E` or `-S`."


@dataclass(frozen=True)
class Hint:
    """What the report adds where an error's message matches, or what the task printed."""

    pattern: str
    """Searched in the exception's type and message; `^` is the beginning of a line."""
    text: str
    """Takes the groups of the pattern."""
    within: str = ""
    """A part of the path of a file that the exception passed through."""


HINTS = (
    Hint(
        r"(?s)metaflow\.exception\.MetaflowException: Failed to retrieve .+ for tests\.\s(?P<add>Add it .+)",
        "{add}",
    ),
    Hint(
        r"^metaflow\.exception\.MetaflowNotFound: Flow\('(?P<flow>\w+)'\) does not exist",
        "{flow} has no run in this store. A flow is given runs of those flows of the project that its source "
        "names, or else of those that its setting `producers` does.",
    ),
    Hint(
        r"^metaflow\.datastore\.exceptions\.DataException: No completed attempts of the task was found",
        "The task's process ended with exit code 0 before its step did, as after `os._exit(0)`.",
    ),
    Hint(
        r"mflint blocked (?P<host>\S+?)(?::\d+)? in ",
        "Nothing leaves this machine in a test run. To open it for this host, in pyproject.toml:\n\n"
        '    [tool.pytest.ini_options]\n    metaflow_allow_network = ["{host}"]',
    ),
    Hint(
        r"Network is unreachable|Temporary failure in name resolution|Could not resolve host",
        "A test run reaches nothing but loopback; metaflow_allow_network opens it for named hosts.",
    ),
    Hint(
        r"^bdb\.BdbQuit",
        "A debugger asked for input, and nobody can answer it in a task. It takes a terminal and -n 0.",
    ),
    Hint(
        r"^EOFError: EOF when reading a line",
        "The step asked for input, and nobody can answer it in a task.",
    ),
    Hint(
        r"^TypeError: Can't mix strings and bytes in path components",
        NO_S3_ROOT,
        within="/datatools/s3/",
    ),
    Hint(
        r"ProfileNotFound: The config profile \((?P<profile>.+)\) could not be found",
        "A test run sees no AWS profile of this machine, so that {profile} is not for test mode.",
    ),
    Hint(
        r"AttributeError: 'Current' object has no attribute "
        r"'(?P<name>is_production|is_user_branch|branch_name|project_name|project_flow_name)'",
        '`current.{name}` exists only in a flow with `@project(name="…")`.',
    ),
    Hint(
        r"AttributeError: 'Current' object has no attribute 'trigger'",
        "`current.trigger` exists only in a run that an event started. The flow's `trigger` in the settings "
        "gives its `@trigger` one.",
    ),
    Hint(
        r"AttributeError: 'Current' object has no attribute '(?P<name>card|parallel)'",
        "`current.{name}` exists only in a step with `@{name}`.",
    ),
    Hint(
        r"Metaflow could not determine your user name",
        "Every test run has METAFLOW_USER. The process that says this lacks it, " + WITHOUT_ENVIRONMENT,
    ),
    Hint(
        r"@(?P<deco>conda|pypi)\w* decorator requires --environment",
        "@{deco} is made local in every process that has the environment of the test run. "
        "The one that says this lacks it, " + WITHOUT_ENVIRONMENT,
    ),
    Hint(
        r'Cannot pickle dump artifact named "(?P<name>\w+)"',
        "`self.{name}` holds something that only this process can use, such as a lock, a connection or a "
        "generator. Keep the data in it, or delete it before the step ends.",
    ),
    Hint(
        r"AttributeError: Flow (?P<flow>\w+) has no attribute '(?P<name>\w+)'",
        MISSING_ARTIFACT,
    ),
    Hint(
        r"Error: Invalid value for '?--(?P<name>[\w-]+)'?: '?True'? is not a valid",
        "If {name} is the flow's test mode, metaflow_test_mode_value says what switches it on.",
    ),
)


def hints(chain: Iterable[Raised], printed: Sequence[str] = ()) -> Iterator[str]:
    """What to add to a chain of exceptions and to what its task `printed`, each once."""
    found = [text for raised in chain for text in _of_exception(raised)]
    found += _of_text("\n".join(printed), ())
    yield from dict.fromkeys(found)


def _of_exception(raised: Raised) -> Iterator[str]:
    yield from _hidden_variable(raised.message)
    yield from _of_text(raised.message, [frame.file.as_posix() for frame in raised.frames])


def _of_text(text: str, files: Sequence[str]) -> Iterator[str]:
    for hint in HINTS:
        match = re.search(hint.pattern, text, re.MULTILINE)
        if match and (not hint.within or any(hint.within in file for file in files)):
            yield hint.text.format(**match.groupdict())


def _hidden_variable(message: str) -> Iterator[str]:
    match = re.match(r"KeyError: '(\w+)'$", message)
    if match and passed(os.environ, [match[1]]):
        yield f'{match[1]} is hidden from runs; metaflow_pass_env = ["{match[1]}"] lets it in.'
