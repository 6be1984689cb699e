"""The test-mode parameter of a flow, and the line of code that adds one."""

from __future__ import annotations

from mflint.model import Flow, Parameter, ParameterKind, normalised


def declared(flow: Flow, name: str) -> Parameter | None:
    """The flow's parameter of that name; a Config or an IncludeFile is none."""
    found = flow.parameter(name)
    return found if found is not None and found.kind is ParameterKind.PARAMETER else None


def wanted_default(flow: Flow) -> str:
    """On by default outside production, and never on in production, which only a project has."""
    return "lambda _: not current.is_production" if has_project(flow) else "True"


def has_project(flow: Flow) -> bool:
    """Whether `current.is_production` exists in the flow's runs."""
    return flow.decorated_with("metaflow.project") is not None


def arguments(flow: Flow, name: str) -> tuple[str, ...]:
    """What stands between the brackets of the `Parameter` that is missing."""
    default = f"default={wanted_default(flow)}"
    return (f'"{name}"', "type=bool", default, 'help="Run on little data."')


def suggestion(flow: Flow, name: str) -> str:
    """The statement for the class body."""
    return f"{normalised(name)} = Parameter({', '.join(arguments(flow, name))})"
