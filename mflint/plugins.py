"""Loads the modules in which a project keeps rules of its own.

A plugin is named in the settings: as a module, which is looked for in the project's root first, or as an
entry point of the group `mflint.rules`. Nothing that the settings do not name is looked for: it would cost
every start a scan of all installed distributions, and make findings depend on what happens to be installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType

from mflint.rules import Rule, all_rules

ENTRY_POINTS = "mflint.rules"


class PluginError(Exception):
    """A plugin that cannot be used; its text is one line without a place."""


def load_plugins(names: Sequence[str], root: Path) -> tuple[str, ...]:
    """Import the plugins of the project at `root` and return their modules' names. Raises PluginError."""
    all_rules()
    return tuple(_load(name, root) for name in names)


def available(rule: Rule, plugins: Iterable[str]) -> bool:
    """Whether `rule` is mflint's own or belongs to one of the modules `plugins`."""
    return rule.builtin or any(rule.module == p or rule.module.startswith(f"{p}.") for p in plugins)


def _load(name: str, root: Path) -> str:
    module = _imported(name, root)
    _refuse_namesake(name, module, root)
    if not any(available(rule, [module.__name__]) for rule in all_rules().values() if not rule.builtin):
        raise PluginError(f"`{name}` declares no rule")
    return module.__name__


def _imported(name: str, root: Path) -> ModuleType:
    sys.path.insert(0, str(root))
    try:
        module = importlib.import_module(_module_name(name))
        for found in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{module.__name__}."):
            importlib.import_module(found.name)
    except PluginError:
        raise
    except Exception as error:
        raise PluginError(
            f"`{name}` cannot be imported: {type(error).__name__}: {_one_line(error)}"
        ) from error
    finally:
        sys.path.remove(str(root))
    return module


def _module_name(name: str) -> str:
    """The module that `name` is, or that the entry point of that name refers to."""
    if _exists(name):
        return name
    from importlib.metadata import entry_points

    for found in entry_points(group=ENTRY_POINTS, name=name):
        return found.module
    raise PluginError(
        f"no module `{name}` in the project's root or among what is installed, and no entry point"
    )


def _exists(name: str) -> bool:
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _refuse_namesake(name: str, module: ModuleType, root: Path) -> None:
    """Refuse a module that another project of this run has loaded under the same name."""
    place = root.joinpath(*name.split("."))
    own = [path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()]
    loaded = module.__file__
    if own and loaded is not None and own[0].resolve() != Path(loaded).resolve():
        raise PluginError(
            f"`{name}` is also the name of {loaded}, which is loaded already; rename one of them"
        )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
