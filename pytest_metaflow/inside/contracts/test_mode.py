"""What the test-mode parameter's default is in production and outside of it, without a run of either."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pytest_metaflow.inside.protocol import record


def look(runtime: Any, name: str) -> None:
    """Report the default of the parameter `name` of the flow that has run."""
    flow = runtime._flow
    parameter = next((p for _, p in flow._get_parameters() if p.name == name), None)
    if parameter is None:
        return
    project = _project(flow)
    default = parameter.kwargs.get("default")
    record(
        "test-mode",
        {
            "parameter": name,
            "is_bool": parameter.kwargs.get("type") is bool,
            "deploy_time": callable(default),
            "project": project is not None,
            "production": _under(runtime, project, default, production=True) if project else None,
            "otherwise": _under(runtime, project, default, production=False),
        },
    )


def _project(flow: Any) -> Any:
    from metaflow.decorators import flow_decorators

    return next((deco for deco in flow_decorators(type(flow)) if deco.name == "project"), None)


def _under(runtime: Any, project: Any, default: Any, production: bool) -> dict[str, Any] | None:
    """The default's value, or the error in finding it.

    None where `@project` itself decides otherwise, or is a class that keeps hold of the run's own metadata
    (`flow_init_ctx` of newer versions), so that it cannot be asked twice.
    """
    if project is None:
        return _value(default)
    if getattr(project, "flow_init_ctx", None) is not None:
        return None
    if "production" in project._user_defined_attributes and project.attributes["production"] != production:
        return None
    with _as_started(runtime, project, production):
        return _value(default)


def _value(default: Any) -> dict[str, Any]:
    from metaflow.parameters import deploy_time_eval

    try:
        value = deploy_time_eval(default)
    except Exception as error:
        cause = error.__context__ or error
        return {"error": f"{type(cause).__name__}: {cause}".partition("\n")[0]}
    return {"value": {"True": True, "False": False}.get(value, value) if isinstance(value, str) else value}


@contextmanager
def _as_started(runtime: Any, project: Any, production: bool) -> Iterator[None]:
    """`current` and the command line as with or without `--production`; afterwards as they were."""
    argv, options = sys.argv, dict(project._option_values)
    words = [word for word in argv if word != "--production"]
    sys.argv = [*words[:1], "--production", *words[1:]] if production else words
    try:
        _apply(runtime, project, {**options, "production": production})
        yield
    finally:
        sys.argv = argv
        _apply(runtime, project, options)


def _apply(runtime: Any, project: Any, options: dict[str, Any]) -> None:
    """Have `@project` set `current`, as the command line's options would; nothing is printed or tagged."""
    project.flow_init(
        runtime._flow,
        runtime._graph,
        runtime._environment,
        runtime._flow_datastore,
        _NoTags(),
        _nothing,
        _nothing,
        options,
    )


class _NoTags:
    """Stands for the metadata provider, which would keep the tags of a run that is none."""

    def add_sticky_tags(self, *_args: object, **_kwargs: object) -> None:
        """Keep none."""


def _nothing(*_args: object, **_kwargs: object) -> None:
    """Print nothing."""
