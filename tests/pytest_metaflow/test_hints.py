"""Errors that Metaflow words badly are explained."""

from __future__ import annotations

import pytest

from tests.pytest_metaflow.projects import Outcome, Project

pytestmark = pytest.mark.slow

NESTED = """
from metaflow import FlowSpec, conda, step


class NestedFlow(FlowSpec):
    @conda(libraries={})
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


NestedFlow()
"""

IMPORTS = "import os, subprocess, sys, threading\nfrom metaflow import S3, current\n"

BODIES = {
    "BytesFlow": "S3(run=self, prefix=b'x')",
    "OwnBytesFlow": "os.path.join('a', b'b')",
    "ProfileFlow": (
        "os.environ['AWS_PROFILE'] = 'team'\nwith S3(s3root='s3://b') as s3:\n    s3.get_many(['a'])"
    ),
    "CurrentFlow": "print(current.is_production)",
    "CardFlow": "current.card.append(1)",
    "UserFlow": "kept = {n: v for n, v in os.environ.items() if 'USER' not in n}\n"
    "subprocess.run([sys.executable, 'nested_flow', 'run'], env=kept, check=True)",
    "CondaFlow": "subprocess.run([sys.executable, '-I', 'nested_flow', 'run'], check=True)",
    "LockFlow": "self.lock = threading.Lock()",
    "MissingFlow": "print(self.nothing)",
}

SETTINGS = """
[tool.pytest_metaflow.flows.BytesFlow.environment]
METAFLOW_DATATOOLS_S3ROOT = "s3://bucket/root"
"""

NO_S3_ROOT = (
    "Metaflow joins the root of its S3 with what it is given, and one of them is missing or bytes: a wrong "
    "profile has no DATATOOLS_S3ROOT, and `bucket` and `prefix` of `S3(…)` must be strings."
)

SAID: dict[str, tuple[str, str | None]] = {
    "BytesFlow": (
        "TypeError: Can't mix strings and bytes in path components",
        NO_S3_ROOT,
    ),
    "OwnBytesFlow": ("TypeError: Can't mix strings and bytes in path components", None),
    "ProfileFlow": (
        "The config profile (team) could not be found",
        "A test run sees no AWS profile of this machine, so that team is not for test mode.",
    ),
    "CurrentFlow": (
        "AttributeError: 'Current' object has no attribute 'is_production'",
        '`current.is_production` exists only in a flow with `@project(name="…")`.',
    ),
    "CardFlow": (
        "AttributeError: 'Current' object has no attribute 'card'",
        "`current.card` exists only in a step with `@card`.",
    ),
    "UserFlow": (
        "Metaflow could not determine your user name",
        (
            "Every test run has METAFLOW_USER. The process that says this lacks it, "
            "as one does that is started with `env={…}`, `-I`, `-E` or `-S`."
        ),
    ),
    "CondaFlow": (
        "decorator requires --environment",
        (
            "@conda is made local in every process that has the environment of the test run. The one that "
            "says this lacks it, as one does that is started with `env={…}`, `-I`, `-E` or `-S`."
        ),
    ),
    "LockFlow": (
        'Cannot pickle dump artifact named "lock"',
        (
            "`self.lock` holds something that only this process can use, such as a lock, a connection or a "
            "generator. Keep the data in it, or delete it before the step ends."
        ),
    ),
    "MissingFlow": (
        "AttributeError: Flow MissingFlow has no attribute 'nothing'",
        (
            "No step on the way to this one has stored `self.nothing`. Metaflow stores no functions or "
            "methods, and after a join there is only what the join assigns or merges."
        ),
    ),
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One session in which every flow fails."""
    project = Project(tmp_path_factory.mktemp("hints") / "project")
    project.root.mkdir()
    project.write("pyproject.toml", SETTINGS)
    project.write("nested_flow", NESTED)
    for name, body in BODIES.items():
        project.flow(f"{name.lower()}.py", name, IMPORTS + body)
    return project.run("-n", "2")


@pytest.mark.parametrize("flow", SAID)
def test_the_error_is_shown_with_what_to_make_of_it(outcome: Outcome, flow: str) -> None:
    error, hint = SAID[flow]
    item = outcome.items[flow]
    hints = [line.removeprefix("hint: ") for line in item.text.splitlines() if line.startswith("hint: ")]
    assert (item.outcome, hints) == ("failed", [hint] if hint else [])
    assert error in item.text
