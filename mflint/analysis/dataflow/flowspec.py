"""What Metaflow gives every flow: the attributes that `self` has before any step assigns one."""

from __future__ import annotations

PUBLIC = {
    "cmd",
    "foreach_stack",
    "index",
    "input",
    "merge_artifacts",
    "name",
    "next",
    "script_name",
}
"""The attributes of `FlowSpec` in Metaflow 2.19 (metaflow/flowspec.py)."""

INTERNAL = {
    "_EPHEMERAL",
    "_NON_PARAMETERS",
    "_cached_input",
    "_catch_exception",
    "_check_parameters",
    "_configs_processed",
    "_control_mapper_tasks",
    "_control_task_is_mapper_zero",
    "_current_step",
    "_datastore",
    "_exception",
    "_find_input",
    "_flow_decorators",
    "_flow_mutators",
    "_flow_state",
    "_foreach_num_splits",
    "_foreach_stack",
    "_foreach_values",
    "_foreach_var",
    "_get_foreach_item_value",
    "_get_parameters",
    "_graph",
    "_graph_info",
    "_init_attrs",
    "_init_graph",
    "_iteration_stack",
    "_parallel_ubf_iter",
    "_process_config_decorators",
    "_set_constants",
    "_set_datastore",
    "_steps",
    "_success",
    "_task_ok",
    "_transition",
    "_unbounded_foreach",
    "_validate_ubf_step",
}
"""Those that begin with an underscore, and what tasks set (metaflow/task.py, metaflow/plugins)."""


def is_given(name: str) -> bool:
    """Whether every flow has the attribute."""
    return name in PUBLIC or name in INTERNAL or name.startswith("__")
