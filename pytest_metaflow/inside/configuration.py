"""Metaflow's own settings: the environment of the sandbox alone decides."""

from __future__ import annotations

from types import ModuleType


def patch(module: ModuleType) -> None:
    """Ignore `.metaflow/config.json` of the working directory and its parents."""
    module.init_local_config = dict  # type: ignore[attr-defined]
