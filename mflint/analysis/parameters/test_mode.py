"""The test-mode parameter of a flow, and the line of code that adds one."""

from __future__ import annotations

from collections.abc import Iterable

from mflint.model import Flow, Parameter, ParameterKind, normalised

ALWAYS = "True"
NOT_IN_PRODUCTION = "lambda _: not current.is_production"


def declared(flow: Flow, name: str) -> Parameter | None:
    """The flow's parameter of that name; a Config or an IncludeFile is none."""
    found = flow.parameter(name)
    return found if found is not None and found.kind is ParameterKind.PARAMETER else None


def has_project(flow: Flow) -> bool:
    """Whether `current.is_production` exists in the flow's runs."""
    return flow.decorated_with("metaflow.project") is not None


def wanted_default(*flows: Flow) -> str:
    """On by default outside production, and never on in production, as far as all of the flows have one."""
    return NOT_IN_PRODUCTION if flows and all(map(has_project, flows)) else ALWAYS


def sharing(parameter: Parameter, flow: Flow, flows: Iterable[Flow]) -> tuple[Flow, ...]:
    """The flow, and those of `flows` that can be run and have the same parameter."""
    others = (other for other in flows if other is not flow and other.runnable)
    return (flow, *(o for o in others if any(p.node is parameter.node for p in o.parameters)))


def arguments(flow: Flow, name: str) -> tuple[str, ...]:
    """What stands between the brackets of the `Parameter` that is missing."""
    return (f'"{name}"', "type=bool", f"default={wanted_default(flow)}", 'help="Use little data."')


def suggestion(flow: Flow, name: str) -> str:
    """The statement for the class body."""
    return f"{normalised(name)} = Parameter({', '.join(arguments(flow, name))})"
