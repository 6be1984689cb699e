"""The test-mode parameter of a flow, and the line of code that adds one."""

from __future__ import annotations

from mflint.model import Flow, Parameter, ParameterKind, normalised


def declared(flow: Flow, name: str) -> Parameter | None:
    """The flow's parameter of that name; a Config or an IncludeFile is none."""
    found = flow.parameter(name)
    return found if found is not None and found.kind is ParameterKind.PARAMETER else None


def suggestion(flow: Flow, name: str) -> str:
    """The statement for the class body: on by default outside production, and never on in production."""
    default = "lambda _: not current.is_production" if flow.decorated_with("metaflow.project") else "True"
    return f'{normalised(name)} = Parameter("{name}", type=bool, default={default})'
