"""All tasks of a run with what they left in the datastore, for tests that look at them."""

from __future__ import annotations

from typing import Any

from pytest_metaflow.inside.protocol import copies


def read(runtime: Any, alone: str | None) -> dict[str, Any]:
    """`tasks`, the last attempt of each by task id, or those of the step `alone` only; `store` and `copies`,
    one of which is the directory that holds their artifacts: the local datastore's root, or that of copies.

    A task has `step`, `task`, `ok`, `artifacts` (name -> `key` in the content-addressed store, `type` and
    `encoding`), `frames` (the foreaches that it lies in: `step`, `var`, `num_splits`, `index`), `next` (step
    names), `foreach` and `num_splits` of its own transition, `stdout` and `stderr`. No artifact of the user's
    is loaded.
    """
    found = runtime._flow_datastore.get_task_datastores(runtime.run_id, allow_not_done=True)
    stores = [store for store in found if alone in (None, store.step_name)]
    stores.sort(key=lambda store: (len(store.task_id), store.task_id))
    tasks = [_task(store) for store in stores if store.step_name != "_parameters"]
    if runtime._flow_datastore.TYPE == "local":
        return {"tasks": tasks, "store": runtime._flow_datastore.datastore_root, "copies": None}
    return {"tasks": tasks, "store": None, "copies": _copy(runtime._flow_datastore.ca_store, tasks)}


def _copy(store: Any, tasks: list[dict[str, Any]]) -> str:
    """Copy the artifacts of all tasks, each to a file named after its key."""
    folder = copies()
    keys = {artifact["key"] for task in tasks for artifact in task["artifacts"].values()}
    for key, blob in store.load_blobs(sorted(keys)):
        (folder / key).write_bytes(blob)
    return str(folder)


def _task(store: Any) -> dict[str, Any]:
    steps, foreach = store.get("_transition") or ((), None)
    splits = store.get("_foreach_num_splits") if foreach else None
    return {
        "step": store.step_name,
        "task": store.task_id,
        "ok": bool(store.get("_task_ok")),
        "artifacts": {name: _artifact(store, name, key) for name, key in store.items() if _is_users(name)},
        "frames": [_frame(frame) for frame in store.get("_foreach_stack") or ()],
        "next": list(steps),
        "foreach": foreach,
        "num_splits": splits,
        "stdout": _log(store, "stdout"),
        "stderr": _log(store, "stderr"),
    }


def _is_users(name: str) -> bool:
    return not name.startswith("_") and name != "name"


def _artifact(store: Any, name: str, key: str) -> dict[str, Any]:
    info = store._info.get(name, {})
    return {"key": key, "type": info.get("type", "object"), "encoding": info.get("encoding", "pickle-v2")}


def _frame(frame: Any) -> dict[str, Any]:
    return {"step": frame.step, "var": frame.var, "num_splits": frame.num_splits, "index": frame.index}


def _log(store: Any, stream: str) -> str:
    """The lines as the task printed them (`Task.loglines` of client/core.py)."""
    from metaflow.mflog import LOG_SOURCES
    from metaflow.mflog.mflog import merge_logs

    blobs = [blob for _source, blob in store.load_logs(LOG_SOURCES, stream)]
    return "".join(f"{line.msg.decode('utf-8', 'replace')}\n" for line in merge_logs(blobs))
