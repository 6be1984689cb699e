"""Which release of Metaflow brought what a flow uses.

A name is in the table where the release named can import it from `metaflow` and the one before it cannot; an
argument of a decorator where the `defaults` of the decorator's class hold it first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Version = tuple[int, ...]

_NAMES = {
    "2.1.0": "schedule",
    "2.3.0": "project",
    "2.4.1": "kubernetes",
    "2.4.7": "card parallel",
    "2.4.9": "pytorch_parallel",
    "2.7.22": "airflow_external_task_sensor airflow_s3_key_sensor secrets",
    "2.8.4": "trigger trigger_on_finish",
    "2.10.0": "pypi pypi_base",
    "2.12.0": "NBRunner Runner",
    "2.12.9": "Deployer NBDeployer",
    "2.12.37": "Config config_expr",
    "2.15.1": "conda_environment_yml_parser pyproject_toml_parser requirements_txt_parser",
    "2.15.19": "exit_hook",
    "2.16.0": "FlowMutator StepMutator UserStepDecorator user_step_decorator",
    "2.18.9": "yaml_parser",
    "2.19.18": "namespaced_event_name",
}
_ARGUMENTS = {
    "2.2.6": "batch.execution_role batch.max_swap batch.shared_memory batch.swappiness "
    "resources.shared_memory",
    "2.3.5": "batch.host_volumes",
    "2.5.0": "card.customize card.id",
    "2.6.0": "kubernetes.gpu_vendor",
    "2.7.19": "batch.inferentia kubernetes.tolerations",
    "2.7.22": "schedule.timezone",
    "2.8.3": "batch.tmpfs_path batch.tmpfs_size batch.tmpfs_tempdir batch.use_tmpfs",
    "2.8.4": "kubernetes.tmpfs_path kubernetes.tmpfs_size kubernetes.tmpfs_tempdir kubernetes.use_tmpfs",
    "2.8.6": "kubernetes.persistent_volume_claims",
    "2.9.2": "kubernetes.image_pull_policy",
    "2.9.4": "secrets.role",
    "2.10.0": "conda.packages conda_base.packages",
    "2.10.3": "batch.efa",
    "2.10.4": "resources.disk",
    "2.10.9": "batch.efs_volumes card.refresh_interval",
    "2.11.2": "kubernetes.shared_memory",
    "2.11.5": "batch.ephemeral_storage batch.trainium",
    "2.11.6": "batch.log_driver batch.log_options",
    "2.11.10": "kubernetes.port",
    "2.12.13": "kubernetes.compute_pool",
    "2.12.14": "batch.executable kubernetes.executable",
    "2.12.26": "kubernetes.hostname_resolution_timeout",
    "2.12.35": "kubernetes.qos",
    "2.13.1": "kubernetes.annotations kubernetes.labels",
    "2.15.9": "kubernetes.security_context",
    "2.15.17": "kubernetes.image_pull_secrets",
    "2.15.19": "card.rank",
    "2.18.1": "batch.aws_batch_tags",
    "2.19.5": "secrets.allow_override",
    "2.19.19": "batch.privileged",
    "2.19.34": "kubernetes.extended_resources",
}


def version(text: str) -> Version:
    """The numbers of a version."""
    return tuple(int(part) for part in text.split("."))


def _by_name(table: Mapping[str, str]) -> Iterator[tuple[str, Version]]:
    for release, names in table.items():
        for name in names.split():
            yield name, version(release)


NAMES: Mapping[str, Version] = dict(_by_name(_NAMES))
"""What the module `metaflow` offers."""

ARGUMENTS: Mapping[str, Version] = dict(_by_name(_ARGUMENTS))
"""Arguments of decorators that are older themselves, each as `decorator.argument`."""

SWITCH: Version = (2, 17, 2)
"""`self.next({...}, condition=...)`: `split-switch` in metaflow/graph.py."""

MARKED_STEPS: Version = (2, 19, 23)
"""`@step(start=True)` and `@step(end=True)`: the signature of `step` in metaflow/decorators.py."""

CONDA_WITH_PYTHON_3_9: Version = (2, 5, 1)
"""Until then `@conda` added coverage 4.5.4 to every environment (`get_pinned_conda_libs` in
metaflow/metaflow_config.py), which is not built for Python 3.9 and later; Netflix/metaflow#399 and #910.
"""


def is_older(one: Version, other: Version) -> bool:
    """Whether `one` comes before `other`; 2.12 is 2.12.0."""
    length = max(len(one), len(other))
    return (*one, *[0] * (length - len(one))) < (*other, *[0] * (length - len(other)))


def shown(release: Version) -> str:
    """A version as people write it."""
    return ".".join(map(str, release))
