"""The attributes that Metaflow gives every flow, and what becomes of a value that a step assigns to one.

As of Metaflow 2.19: `FlowSpec` in metaflow/flowspec.py, `run_step` and `_init_parameters` in
metaflow/task.py, `TaskDataStore.persist`, and what metaflow/plugins set.
"""

from __future__ import annotations

READ_ONLY = frozenset({"_flow_decorators", "_flow_mutators", "_graph_info", "index", "input", "script_name"})
"""Properties without a setter: the assignment raises `AttributeError`."""

DATASTORE = "_datastore"
"""What the artifacts of the step are read from: the task fails."""

VITAL = frozenset({"_EPHEMERAL", "_foreach_stack", "_foreach_var", "_iteration_stack", "_transition"})
"""What Metaflow needs after the step's code has run: the run fails where a mere number is put there."""

TRANSITION = "next"
"""Once it is assigned the step can no longer say what follows."""

REPLACED = frozenset({"cmd", "foreach_stack", "merge_artifacts", "name"})
"""What every new task sets or defines anew: the value is gone in the next step."""

REPLACED_INTERNALS = frozenset(
    {
        "_NON_PARAMETERS",
        "_cached_input",
        "_check_parameters",
        "_configs_processed",
        "_current_step",
        "_exception",
        "_find_input",
        "_flow_state",
        "_foreach_num_splits",
        "_get_foreach_item_value",
        "_get_parameters",
        "_graph",
        "_process_config_decorators",
        "_set_constants",
        "_set_datastore",
        "_steps",
        "_success",
        "_task_ok",
        "_validate_ubf_step",
    }
)
"""Like `REPLACED`, with names that nobody outside looks for."""

_SPECIAL = frozenset(
    {
        "_catch_exception",
        "_control_mapper_tasks",
        "_control_task_is_mapper_zero",
        "_foreach_values",
        "_init_attrs",
        "_init_graph",
        "_parallel_ubf_iter",
        "_unbounded_foreach",
    }
)
"""What Metaflow sets in some tasks only: nothing is said of assigning it."""

GIVEN = {DATASTORE, TRANSITION}.union(READ_ONLY, VITAL, REPLACED, REPLACED_INTERNALS, _SPECIAL)
"""All of them."""

NON_PARAMETERS = frozenset({"cmd", "foreach_stack", "index", "input", "name", "script_name"})
"""Attributes that Metaflow takes for neither parameters nor constants (`FlowSpec._NON_PARAMETERS`)."""


def is_given(name: str) -> bool:
    """Whether every flow has the attribute."""
    return name in GIVEN or name.startswith("__")
