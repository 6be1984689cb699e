"""MF2: flow declaration."""

from __future__ import annotations

from collections.abc import Iterator

from mflint.model import Flow, Parameter


def own_parameters(flow: Flow) -> Iterator[Parameter]:
    """The parameters that the flow's own class declares."""
    made = {a.node for assignments in flow.definition.attributes.values() for a in assignments}
    return (parameter for parameter in flow.parameters if parameter.node in made)
