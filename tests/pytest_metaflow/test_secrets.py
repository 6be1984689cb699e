"""Secrets without a value, and the lines to add that a failure shows."""

from __future__ import annotations

import re

import pytest

from tests.pytest_metaflow.projects import Item, Project

pytestmark = pytest.mark.slow
FLOW = """
import os
from metaflow import FlowSpec, Parameter, secrets, step


class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=False)

    @secrets(sources=[
        "gcp-secret-manager.db", {"type": "aws-secrets-manager", "id": "db"}, "token",
        {"type": "inline", "id": "x", "options": {"env_vars": {"INLINE": "1"}}},
    ])
    @step
    def start(self):
        self.next(self.end)

    @secrets(sources=["token", {"id": 'pa"th'}])
    @step
    def end(self):
        from metaflow.plugins.secrets import get_secret
        assert get_secret("gcp-secret-manager.code") == {"SECRET_CODE": "value"}


if __name__ == "__main__":
    TrainFlow()
"""


def to_paste(item: Item) -> str:
    match = re.search(r"pyproject\.toml:\n\n(.*?)\n\n", item.text, re.DOTALL)
    assert match, item.text
    return match[1] + "\n"


def test_all_that_is_missing_is_named_at_once_and_the_lines_shown_make_the_flow_pass(
    project: Project,
) -> None:
    project.write("train.py", FLOW)
    item = project.run().items["TrainFlow"]
    assert "metaflow_run" not in item.properties
    assert item.text.splitlines()[0] == (
        "Secrets 'token' (aws-secrets-manager), 'pa\"th' (aws-secrets-manager), 'db' (gcp-secret-manager), "
        "'db' (aws-secrets-manager) have no value for tests."
    )
    pasted = to_paste(item)
    assert pasted.splitlines() == [
        "[tool.pytest_metaflow.flows.TrainFlow.secrets]",
        '"token" = { SECRET_TOKEN = "value" }',
        '"pa\\"th" = { SECRET_PA_TH = "value" }',
        '"gcp-secret-manager.db" = { SECRET_GCP_SECRET_MANAGER_DB = "value" }',
        '"aws-secrets-manager.db" = { SECRET_AWS_SECRETS_MANAGER_DB = "value" }',
    ]
    project.write("pyproject.toml", pasted)
    item = project.run().items["TrainFlow"]
    more = to_paste(item)
    assert "\nhint: Add it to the flow's secrets in pyproject.toml:\n" in item.text
    assert more == '"code" = { SECRET_CODE = "value" }\n'
    assert "train.py:20: in end\n" in item.text
    project.write("pyproject.toml", pasted + more)
    assert project.run().outcomes == {"TrainFlow": "passed"}
