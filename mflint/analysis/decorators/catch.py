"""What `@catch` leaves of a step that fails."""

from __future__ import annotations

from mflint.model import UNKNOWN, Flow, Step, Unknown

CATCH = "metaflow.catch"


def caught_artifacts(flow: Flow, step: Step) -> tuple[str | Unknown, ...]:
    """The artifacts that `@catch(var=…)` of the step assigns whatever happens; UNKNOWN for a computed one."""
    decorators = (d.decorator for d in flow.step_decorators[step.name] if d.qualified == CATCH)
    values = (decorator.argument("var") for decorator in decorators)
    return tuple(value if isinstance(value, str) else UNKNOWN for value in values if value is not None)
