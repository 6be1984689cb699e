"""Which uses of Metaflow's own decorators fail while Python imports the file.

The rules are those of `_base_step_decorator` and `_base_flow_decorator` in metaflow/decorators.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mflint.flows import STEP
from mflint.model import Class, Decorator, Flow, FlowFile, Function
from mflint.names import External, NameResolver

_PACKAGES = {"disabled", "packages", "python"}
_RESOURCES = {"cpu", "gpu", "memory", "shared_memory"}
_TMPFS = {"tmpfs_path", "tmpfs_size", "tmpfs_tempdir", "use_tmpfs"}
_SENSOR = {
    "description",
    "exponential_backoff",
    "mode",
    "name",
    "poke_interval",
    "pool",
    "soft_fail",
    "timeout",
}

_BATCH = """aws_batch_tags efa efs_volumes ephemeral_storage executable execution_role host_volumes
    iam_role image inferentia log_driver log_options max_swap privileged queue swappiness trainium"""
_KUBERNETES = """annotations compute_pool disk executable extended_resources gpu_vendor
    hostname_resolution_timeout image image_pull_policy image_pull_secrets labels namespace node_selector
    persistent_volume_claims port qos secrets security_context service_account tolerations"""
_CARD = "customize id options rank refresh_interval save_errors scope timeout type"

OF_STEPS: dict[str, set[str]] = {
    "batch": {*_BATCH.split()} | _RESOURCES | _TMPFS,
    "card": {*_CARD.split()},
    "catch": {"print_exception", "var"},
    "conda": _PACKAGES | {"libraries"},
    "environment": {"vars"},
    "kubernetes": {*_KUBERNETES.split()} | _RESOURCES | _TMPFS,
    "parallel": set(),
    "pypi": _PACKAGES,
    "pytorch_parallel": {"master_port"},
    "resources": _RESOURCES | {"disk"},
    "retry": {"minutes_between_retries", "times"},
    "secrets": {"allow_override", "role", "sources"},
    "timeout": {"hours", "minutes", "seconds"},
}
"""The decorators of steps in Metaflow 2.19, each with the arguments that it takes."""

_AIRFLOW_TASK = (
    "allowed_states check_existence execution_delta external_dag_id external_task_ids failed_states"
)
_AIRFLOW_S3 = {"aws_conn_id", "bucket_key", "bucket_name", "verify", "wildcard_match"}
OF_FLOWS: dict[str, set[str]] = {
    "airflow_external_task_sensor": _SENSOR | {*_AIRFLOW_TASK.split()},
    "airflow_s3_key_sensor": _SENSOR | _AIRFLOW_S3,
    "conda_base": _PACKAGES | {"libraries"},
    "exit_hook": {"on_error", "on_success", "options"},
    "project": {"branch", "name", "production"},
    "pypi_base": _PACKAGES,
    "schedule": {"cron", "daily", "hourly", "timezone", "weekly"},
    "trigger": {"event", "events", "options"},
    "trigger_on_finish": {"flow", "flows", "options"},
}
"""The decorators of flows, likewise."""

_REPEATABLE = {"card", "exit_hook", "airflow_external_task_sensor", "airflow_s3_key_sensor"}


@dataclass(frozen=True)
class Refusal:
    """A decorator that Metaflow refuses."""

    file: FlowFile
    decorator: Decorator
    message: str
    help: str


def refusals(flow: Flow, names: NameResolver, more: Collection[str] = ()) -> Iterator[Refusal]:
    """What Metaflow refuses in the class bodies and on the classes of the flow.

    `more` are arguments that extensions of Metaflow add, each as `decorator.argument`.
    """
    taken: set[str] = set()
    for klass, file in reversed(flow.lineage):
        decorations = _Decorations(file, names, more)
        for function in klass.functions:
            yield from decorations.of_function(function)
        yield from decorations.of_class(klass, taken)


@dataclass(frozen=True)
class _Decorations:
    file: FlowFile
    names: NameResolver
    more: Collection[str]

    def of_function(self, function: Function) -> Iterator[Refusal]:
        """From the lowest decorator to the highest; one that is not Metaflow's may make a step."""
        is_step, seen = False, set[str]()
        for decorator in reversed(function.decorators):
            name = self._name(decorator)
            if name == "step":
                is_step, seen = True, set()
            elif name in OF_FLOWS:
                remedy = "Put it above the class."
                yield self._refusal(decorator, f"`@{name}` is a decorator of flows", remedy)
            elif name in OF_STEPS and not is_step:
                message = f"`@{name}` stands below `@step`" if self._has_step(function) else ""
                message = message or f"`@{name}` decorates `{function.name}`, which is no step"
                yield self._refusal(
                    decorator, message, "Put `@step` directly above the function, below all others."
                )
            elif name in OF_STEPS:
                yield from self._of_arguments(decorator, name, seen, OF_STEPS[name])
            else:
                is_step = True

    def of_class(self, klass: Class, taken: set[str]) -> Iterator[Refusal]:
        """The decorators of a class; `taken` are those of its base classes, and becomes its own too."""
        for decorator in reversed(klass.decorators):
            name = self._name(decorator)
            if name in OF_STEPS:
                remedy = "Put it above the steps that need it."
                yield self._refusal(decorator, f"`@{name}` is a decorator of steps", remedy)
            elif name in OF_FLOWS:
                yield from self._of_arguments(decorator, name, taken, OF_FLOWS[name])

    def _of_arguments(
        self, decorator: Decorator, name: str, taken: set[str], known: set[str]
    ) -> Iterator[Refusal]:
        if name in taken and name not in _REPEATABLE:
            yield self._refusal(decorator, f"`@{name}` stands there twice", "Remove one of them.")
        taken.add(name)
        for argument in decorator.call.arguments if decorator.call is not None else ():
            if argument.keyword is None and not argument.star:
                yield self._refusal(
                    decorator, f"`@{name}` takes keyword arguments only", "Name the argument."
                )
                return
            if not argument.keyword or f"{name}.{argument.keyword}" in self.more:
                continue
            if argument.keyword not in known:
                shown = ", ".join(f"`{key}`" for key in sorted(known)) or "none"
                message = f"`@{name}` has no argument `{argument.keyword}`"
                yield self._refusal(decorator, message, f"Its arguments are: {shown}.")

    def _has_step(self, function: Function) -> bool:
        return any(self._name(decorator) == "step" for decorator in function.decorators)

    def _name(self, decorator: Decorator) -> str:
        meaning = self.names.resolve(self.file, decorator.name)
        if not isinstance(meaning, External) or not meaning.qualified.startswith("metaflow."):
            return ""
        return "step" if meaning == External(STEP) else meaning.qualified.removeprefix("metaflow.")

    def _refusal(self, decorator: Decorator, message: str, remedy: str) -> Refusal:
        return Refusal(self.file, decorator, message, remedy)
