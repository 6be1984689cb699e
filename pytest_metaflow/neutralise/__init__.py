"""Remote decorators become local: each is replaced by a subclass of the class that Metaflow would have used.

Metaflow finds its decorators and secrets providers through `extension_support/plugins.py`, where an extension
of a company may have replaced some of them: whatever won there is what is subclassed here. The attributes are
still checked by the real class. This runs in the processes of a flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, TypeAlias

from pytest_metaflow.neutralise.blank import blank_flow, blank_step
from pytest_metaflow.neutralise.catching import with_report
from pytest_metaflow.neutralise.hooks import without_exit_hooks
from pytest_metaflow.neutralise.retries import without_retries
from pytest_metaflow.neutralise.secrets import from_settings, with_known_sources
from pytest_metaflow.neutralise.triggers import with_payload

Replacement: TypeAlias = Callable[[Any], Any]

REPLACEMENTS: Mapping[str, Mapping[str, Replacement]] = {
    "step_decorator": {
        "batch": blank_step,
        "kubernetes": blank_step,
        "conda": blank_step,
        "pypi": blank_step,
        "retry": without_retries,
        "secrets": with_known_sources,
        "catch": with_report,
    },
    "flow_decorator": {
        "conda_base": blank_flow,
        "pypi_base": blank_flow,
        "schedule": blank_flow,
        "exit_hook": without_exit_hooks,
        "trigger": with_payload,
    },
}
"""Plugin category and name -> what makes the local class of the real one."""


def patch(module: ModuleType) -> None:
    """Replace what `get_plugin` of `metaflow.extension_support.plugins` finds."""
    original = module.get_plugin

    def get_plugin(category: str, class_path: str, name: str) -> Any:
        return _local(category, name, original(category, class_path, name))

    module.get_plugin = get_plugin  # type: ignore[attr-defined]


def _local(category: str, name: str, plugin: Any) -> Any:
    if category == "secrets_provider" and name != "inline":
        return from_settings(plugin)
    replacement = REPLACEMENTS.get(category, {}).get(name)
    return replacement(plugin) if replacement else plugin
