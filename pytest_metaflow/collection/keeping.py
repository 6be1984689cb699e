"""Where a session of pytest keeps the data of runs: in pytest's cache."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from pytest_metaflow.sandbox.keeping import Kept

FOLDER = "metaflow-kept"


def kept_runs(config: pytest.Config, policy: str) -> Kept | None:
    """What keeps runs, None where none is kept. Raises UsageError where pytest has no cache."""
    if policy == "none":
        return None
    if not config.pluginmanager.has_plugin("cacheprovider"):
        raise pytest.UsageError(
            f"metaflow_keep = {policy} needs pytest's cache, which `-p no:cacheprovider` switches off"
        )

    def parent() -> Path:
        assert config.cache is not None
        return config.cache.mkdir(FOLDER)

    uid = getattr(config, "workerinput", {}).get("testrunuid") or uuid4().hex
    return Kept(policy, parent, uid[:8])
