"""`@secrets` and `get_secret`: the values come from the settings, and never from a secrets manager."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pytest_metaflow.inside.protocol import brief
from pytest_metaflow.neutralise.blank import derive

INLINE = "inline"
"""The provider whose values stand in the source; it stays real."""


def from_settings(provider: Any) -> Any:
    """The secrets provider with the same type, that reads the settings."""

    def get_secret_as_dict(self: Any, secret_id: str, **_where: Any) -> dict[str, str]:
        values = lookup(self.TYPE, secret_id)
        if values is None:
            raise _without_value([(self.TYPE, secret_id)])
        return values

    return type(provider.__name__, (provider,), {"get_secret_as_dict": get_secret_as_dict})


def with_known_sources(base: Any) -> Any:
    """`@secrets` as it is, but sources without a value, those of all steps, fail before any task starts."""

    def step_init(self: Any, flow: Any, *args: Any, **kwargs: Any) -> None:
        missing = list(dict.fromkeys(_missing(flow)))
        if missing:
            raise _without_value(missing)
        base.step_init(self, flow, *args, **kwargs)

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


def lookup(backend: str, secret_id: str) -> dict[str, str] | None:
    """The variables of a secret, None where the settings have none."""
    known = brief()["secrets"]
    found: dict[str, str] | None = known.get(f"{backend}.{secret_id}", known.get(secret_id))
    return found


def _missing(flow: Any) -> Iterator[tuple[str, str]]:
    """Type and id of the sources in all of the flow's `@secrets` that the settings have no values for."""
    for step in flow:
        for decorator in step.decorators:
            if decorator.name == "secrets":
                for spec in remote_specs(decorator):
                    if lookup(spec.secrets_backend_type, spec.secret_id) is None:
                        yield spec.secrets_backend_type, spec.secret_id


def _without_value(missing: list[tuple[str, str]]) -> Exception:
    from metaflow.exception import MetaflowException

    names = ", ".join(f"'{secret_id}' ({backend})" for backend, secret_id in missing)
    lead = f"Secret {names} has" if len(missing) == 1 else f"Secrets {names} have"
    what = "it" if len(missing) == 1 else "them"
    where = "the flow's secrets in pyproject.toml" if brief()["secrets"] else "pyproject.toml"
    error: Exception = MetaflowException(
        f"{lead} no value for tests.\nAdd {what} to {where}:\n\n" + "\n".join(_lines(missing))
    )
    return error


def _lines(missing: list[tuple[str, str]]) -> Iterator[str]:
    """TOML to paste. Where the flow has values already, a second header of their table would be an error."""
    if not brief()["secrets"]:
        yield f"[tool.pytest_metaflow.flows.{brief()['flow']}.secrets]"
    ids = Counter(secret_id for _, secret_id in missing)
    for backend, secret_id in missing:
        name = secret_id if ids[secret_id] == 1 else f"{backend}.{secret_id}"
        yield f'{json.dumps(name, ensure_ascii=False)} = {{ {_variable(name)} = "value" }}'


def _variable(name: str) -> str:
    """A variable of its own for each secret: Metaflow refuses one that is set twice or is there already."""
    return "SECRET_" + re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").upper()
