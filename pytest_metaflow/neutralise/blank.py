"""Decorators that keep their attributes and do nothing else."""

from __future__ import annotations

from typing import Any


def derive(base: Any, members: dict[str, Any]) -> Any:
    """A subclass of the decorator `base`; Metaflow calls `init` only where a class itself defines it."""
    if "init" in vars(base):
        members = {"init": base.init, **members}
    return type(base.__name__, (base,), {"__doc__": base.__doc__, "made_local": True, **members})


def blank_step(base: Any) -> Any:
    """A step decorator none of whose hooks does anything, in either form (`step_init`, `step_init_ctx`)."""
    from metaflow.decorators import StepDecorator

    return derive(base, {"init": _nothing, **_public(StepDecorator)})


def blank_flow(base: Any) -> Any:
    """A flow decorator none of whose hooks does anything."""
    from metaflow.decorators import FlowDecorator

    return derive(base, {"init": _nothing, **_public(FlowDecorator)})


def _public(plain: type) -> dict[str, Any]:
    return {name: value for name, value in vars(plain).items() if not name.startswith("_")}


def _nothing(_decorator: object) -> None:
    """The blank `init`."""
