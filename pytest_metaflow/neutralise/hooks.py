"""`@exit_hook`: Metaflow calls its functions after a local run too, and they tell people or other systems."""

from __future__ import annotations

from typing import Any

from pytest_metaflow.neutralise.blank import derive


def without_exit_hooks(base: Any) -> Any:
    """The decorator with its checks, and no function for `NativeRuntime._run_exit_hooks` to call."""
    return derive(base, {"success_hooks": _nobody(), "error_hooks": _nobody()})


def _nobody() -> property:
    """An attribute that stays an empty list, whatever the real decorator assigns to it."""
    return property(lambda _decorator: [], lambda _decorator, _functions: None)
