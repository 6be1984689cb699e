"""`@retry`: a test fails at the first failure, unless retries are asked for."""

from __future__ import annotations

from typing import Any

from pytest_metaflow.inside.protocol import brief
from pytest_metaflow.neutralise.blank import derive


def without_retries(base: Any) -> Any:
    """The decorator with its checks, that asks for no retry."""

    def step_task_retry_count(self: Any) -> Any:
        return base.step_task_retry_count(self) if brief()["retries"] else (0, 0)

    return derive(
        base,
        {
            "step_task_retry_count": step_task_retry_count,
            "made_local": property(lambda _decorator: not brief()["retries"]),
        },
    )
