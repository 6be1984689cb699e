"""`@secrets` and `get_secret`: the values come from the settings, and never from a secrets manager."""

from __future__ import annotations

from typing import Any

from pytest_metaflow.inside.protocol import brief
from pytest_metaflow.neutralise.blank import derive

INLINE = "inline"
"""The provider whose values stand in the source; it stays real."""


def from_settings(provider: Any) -> Any:
    """The secrets provider with the same type, that reads the settings."""

    def get_secret_as_dict(self: Any, secret_id: str, **_where: Any) -> dict[str, str]:
        return lookup(self.TYPE, secret_id)

    return type(provider.__name__, (provider,), {"get_secret_as_dict": get_secret_as_dict})


def with_known_sources(base: Any) -> Any:
    """`@secrets` as it is, but a source without a value fails before any task starts."""

    def step_init(self: Any, *args: Any, **kwargs: Any) -> None:
        for spec in remote_specs(self):
            lookup(spec.secrets_backend_type, spec.secret_id)
        base.step_init(self, *args, **kwargs)

    return derive(
        base, {"step_init": step_init, "made_local": property(lambda deco: bool(remote_specs(deco)))}
    )


def remote_specs(decorator: Any) -> list[Any]:
    """The sources that a secrets manager would be asked for, as Metaflow's `SecretSpec`.

    Raises MetaflowException for a malformed one, as `SecretSpec` does.
    """
    from metaflow.plugins.secrets.secrets_decorator import SecretSpec

    specs = []
    for source in decorator.attributes["sources"]:
        if isinstance(source, str):
            specs.append(SecretSpec.secret_spec_from_str(source, role=None))
        elif isinstance(source, dict):
            specs.append(SecretSpec.secret_spec_from_dict(source, role=None))
    return [spec for spec in specs if spec.secrets_backend_type != INLINE]


def lookup(backend: str, secret_id: str) -> dict[str, str]:
    """The variables of a secret. Raises MetaflowException that says what to add where there is none."""
    from metaflow.exception import MetaflowException

    said = brief()
    for name in (f"{backend}.{secret_id}", secret_id):
        if name in said["secrets"]:
            values: dict[str, str] = said["secrets"][name]
            return values
    raise MetaflowException(
        f"Secret '{secret_id}' ({backend}) has no value for tests. Add it to pyproject.toml:\n\n"
        f"[tool.pytest_metaflow.flows.{said['flow']}.secrets]\n"
        f'"{secret_id}" = {{ VARIABLE = "value" }}'
    )
