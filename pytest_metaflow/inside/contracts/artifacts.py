"""What a task leaves behind: the artifacts that it made, and the attributes that Metaflow does not store."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import wraps
from types import FunctionType, MethodType, ModuleType
from typing import Any

from pytest_metaflow.inside.protocol import SILENT, brief, record


def patch(module: ModuleType) -> None:
    """Wrap `TaskDataStore.persist`, which takes the attributes of the flow when a task ends."""
    persist = module.TaskDataStore.persist

    @wraps(persist)
    def observed(self: Any, flow: Any) -> Any:
        wanted = {} if SILENT in os.environ or self.step_name.startswith("_") else brief()["contracts"]
        if not wanted.get("artifacts"):
            return persist(self, flow)
        values = dict(_assigned(flow))
        classes = {name: type(value) for name, value in values.items()}
        vanished = {name: kind for name, value in values.items() if (kind := _not_stored(value))}
        values.clear()
        inherited = dict(getattr(flow._datastore, "_objects", None) or {})
        done = persist(self, flow)
        made = {
            name: kind
            for name, kind in classes.items()
            if name in self._objects and self._objects[name] != inherited.get(name)
        }
        artifacts = _described(self, made, wanted["plain_artifacts"])
        if artifacts or vanished:
            place = {"step": self.step_name, "task": str(self.task_id)}
            record("artifacts", {**place, "artifacts": artifacts, "vanished": vanished})
        return done

    module.TaskDataStore.persist = observed


def _assigned(flow: Any) -> Mapping[str, Any]:
    """The public attributes of the flow's instance: what the step assigned, or read from an earlier one."""
    internal = {*type(flow)._EPHEMERAL, "name", "script_name"}
    return {
        name: value for name, value in vars(flow).items() if not name.startswith("_") and name not in internal
    }


def _not_stored(value: object) -> str:
    """What kind of value it is that `persist` (task_datastore.py) leaves out, empty where it stores it."""
    from metaflow.parameters import Parameter

    for kind, name in ((MethodType, "method"), (FunctionType, "function"), (Parameter, "Parameter")):
        if isinstance(value, kind):
            return name
    return ""


def _described(stored: Any, made: Mapping[str, type], plain: bool) -> dict[str, Any]:
    """The artifacts of classes that Python does not bring, and all others too where `plain` is true."""
    owners = Owners()
    found = {}
    for name, kind in made.items():
        owner = owners.of(kind)
        if plain or owner != "python":
            info = stored._info[name]
            found[name] = {
                "type": str(info["type"]),
                "bases": [] if owner == "python" else [_qualified(base) for base in kind.__mro__[:-1]],
                "owner": owner,
                "size": info["size"],
                "encoding": info["encoding"],
                "key": stored._objects[name],
            }
    return found


def _qualified(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


class Owners:
    """Tells whose a class is: `python`, `metaflow`, `library` or `user`."""

    def __init__(self) -> None:
        self._files: Any = None

    def of(self, kind: type) -> str:
        """By the file of the class's top-level module."""
        top = str(kind.__module__).partition(".")[0]
        if top in sys.stdlib_module_names or top == "builtins":
            return "python"
        if top in ("__main__", "metaflow"):
            return "user" if top == "__main__" else "metaflow"
        return self._by_file(top)

    def _by_file(self, top: str) -> str:
        from pytest_metaflow.inside.exceptions import Owners as OwnersOfFiles

        module = sys.modules.get(top)
        file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
        if file is None:
            return "library"
        self._files = self._files or OwnersOfFiles()
        owner: str = self._files.of(str(file))
        return owner
