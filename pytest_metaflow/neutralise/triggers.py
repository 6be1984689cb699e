"""`@trigger`: the event of the settings is what `current.trigger` shows."""

from __future__ import annotations

from typing import Any

from pytest_metaflow.inside.protocol import brief
from pytest_metaflow.neutralise.blank import derive


def with_payload(base: Any) -> Any:
    """`@trigger` with its checks; without an event in the settings there is no `current.trigger`, as in any
    run that a person starts."""

    def flow_init(self: Any, *args: Any, **kwargs: Any) -> None:
        base.flow_init(self, *args, **kwargs)
        if brief()["trigger"] is not None:
            _show(self, brief()["trigger"])

    return derive(
        base,
        {"flow_init": flow_init, "made_local": property(lambda _decorator: brief()["trigger"] is not None)},
    )


def _show(decorator: Any, event: dict[str, Any]) -> None:
    """Give `current` a trigger, as `TriggerOnFinishDecorator.flow_init` does."""
    from metaflow import current
    from metaflow.events import Trigger

    fields = {"name": _first_name(decorator), "id": "pytest", "timestamp": None, "type": "event", **event}
    current._update_env({"trigger": Trigger([fields])})


def _first_name(decorator: Any) -> str | None:
    names = [event["name"] for event in decorator.triggers if isinstance(event, dict)]
    return next((str(name) for name in names if isinstance(name, str)), None)
