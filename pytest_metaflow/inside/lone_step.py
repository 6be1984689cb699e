"""One step alone: its parents are written as if they had run, and Metaflow's runtime starts nothing else."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

from pytest_metaflow.inside import protocol


def prepare(runtime: Any) -> None:
    """Have `NativeRuntime.execute` run the step of the brief instead of the flow.

    `execute` queues the first step with `_queue_push`, and gives each task that has ended to `_queue_tasks`,
    which checks its transition and queues what follows. Raises MetaflowException for an artifact that cannot
    be unpickled or stored.
    """
    wanted = protocol.lone_step()
    paths = [_write(runtime, parent) for parent in wanted["parents"]] or [runtime._params_task.path]
    runtime._is_cloned.update(dict.fromkeys(paths, False))
    task: dict[str, Any] = {"input_paths": paths}
    if wanted["split_index"] is not None:
        task["split_index"] = str(wanted["split_index"])
    _queue_only(runtime, wanted["step"], task)


def _queue_only(runtime: Any, step: str, task: dict[str, Any]) -> None:
    push, follow = runtime._queue_push, runtime._queue_tasks
    waiting = [(step, task)]

    def queue_push(_step: str, _task: dict[str, Any], _index: Any = None) -> None:
        if waiting:
            push(*waiting.pop())

    def queue_tasks(finished: list[Any]) -> None:
        follow(finished)
        if finished:
            runtime._finished.update(dict.fromkeys(_end_marks(runtime), finished[-1].path))

    runtime._queue_push = queue_push
    runtime._queue_tasks = queue_tasks


def _end_marks(runtime: Any) -> list[tuple[Any, ...]]:
    """What `execute` looks for at its end; older versions of Metaflow know no iterations."""
    end = getattr(runtime._graph, "end_step", "end")
    return [(end, (), ()), (end, ())]


def _write(runtime: Any, parent: Mapping[str, Any]) -> str:
    """Store a parent through Metaflow's datastore, finished and successful. Gives `run/step/task`."""
    store, run_id, step = runtime._flow_datastore, runtime.run_id, parent["step"]
    task_id = str(runtime._metadata.new_task_id(run_id, step))
    written = store.get_task_datastore(run_id, step, task_id, attempt=0, mode="w")
    written.init_task()
    constants = store.get_task_datastore(*runtime._params_task.path.split("/"))
    names = [name for name, _key in constants.items() if name == "_graph_info" or name[0] != "_"]
    written.passdown_partial(constants, names)
    values = {name: _loaded(name, data) for name, data in parent["artifacts"].items()}
    values.update(_state(runtime, parent))
    written.save_artifacts(iter(values.items()), len_hint=len(values))
    written.done()
    return f"{run_id}/{step}/{task_id}"


def _loaded(name: str, data: bytes) -> Any:
    try:
        return pickle.loads(data)
    except Exception as error:
        from metaflow.exception import MetaflowException

        raise MetaflowException(
            f"The artifact '{name}' given to run_step cannot be unpickled in the flow's process: "
            f"{type(error).__name__}: {error}. Its type must come from a module that the flow can import too."
        ) from None


def _state(runtime: Any, parent: Mapping[str, Any]) -> dict[str, Any]:
    """What Metaflow itself keeps of a task that has ended well (`MetaflowTask.run_step`, `FlowSpec.next`)."""
    from metaflow.tuple_util import ForeachFrame

    return {
        "name": runtime._flow.name,
        "_foreach_stack": [ForeachFrame(**frame) for frame in parent["frames"]],
        "_foreach_var": parent["foreach"],
        "_foreach_num_splits": parent["num_splits"],
        "_foreach_values": None,
        "_iteration_stack": [],
        "_current_step": parent["step"],
        "_transition": (list(runtime._graph[parent["step"]].out_funcs), parent["foreach"]),
        "_task_ok": True,
        "_success": True,
        "_exception": None,
    }
