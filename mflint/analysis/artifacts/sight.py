"""Why the source does not show all that a step does to the artifacts of its flow."""

from __future__ import annotations

from functools import lru_cache

from mflint.analysis.steps.reach import mentioned_by, run_by
from mflint.model import Flow, FlowFile, Function, Node, Step
from mflint.names import External, NameResolver

_SETTERS = {"__delattr__", "__setattr__"}


def foreign_decorator(flow: Flow, step: Step) -> str | None:
    """A decorator of the step that is not Metaflow's and may do anything; "…" for a computed one."""
    foreign = (a.decorator.name for a in flow.step_decorators[step.name] if not a.from_metaflow)
    return next((name or "…" for name in foreign), None)


def unseen(flow: Flow, step: Step) -> str | None:
    """Why the source does not show all that the step does to `self`, if so.

    Any code that is given `self` counts, Metaflow's own too.
    """
    if flow.unknown:
        return flow.unknown[0]
    decorator = foreign_decorator(flow, step)
    if decorator is not None:
        return f"decorator @{decorator} may change what step `{step.name}` does"
    for function, _ in mentioned_by(flow, step):
        if function.escapes:
            return f"`self` leaves step `{step.name}` for other code"
        if "super" in function.uses:
            return f"step `{step.name}` calls a base class"
    return None


@lru_cache(maxsize=64)
def unseen_changes(flow: Flow, step: Step, names: NameResolver) -> str | None:
    """Why the step may set artifacts, or leave out its own body, in a way that the source does not show.

    Unlike for `unseen`, Metaflow's own code may be given `self`, and whether the flow has bases that are not
    known is not asked.
    """
    decorator = foreign_decorator(flow, step)
    if decorator is not None:
        return f"decorator @{decorator} may set artifacts in step `{step.name}`"
    if leaves_sight(flow, step, names):
        return f"`self` leaves step `{step.name}` for other code"
    for function, _ in mentioned_by(flow, step):
        steps = {f"{function.signature.first}.{name}" for name in flow.steps}
        if "super" in function.uses or any(read.name in _SETTERS for read in function.reads):
            return f"step `{step.name}` runs code of a base class"
        if any(call.name in steps for call in function.calls):
            return f"step `{step.name}` calls another step"
        if function is not step.function and any(function.escapes):
            return f"`self` leaves step `{step.name}` for other code"
    return None


def leaves_sight(
    flow: Flow, step: Step, names: NameResolver, harmless: frozenset[Node] = frozenset()
) -> bool:
    """Whether the step hands `self` to code, other than Metaflow's, that may delete artifacts unseen.

    The places `harmless` do not count.
    """
    return any(_foreign_escapes(function, file, names) - harmless for function, file in run_by(flow, step))


def _foreign_escapes(function: Function, file: FlowFile, names: NameResolver) -> set[Node]:
    escapes = set(function.escapes)
    for call in function.calls if escapes else ():
        meaning = names.resolve(file, call.name, function.imports)
        if isinstance(meaning, External) and meaning.qualified.startswith("metaflow."):
            escapes.difference_update(argument.node for argument in call.arguments)
    return escapes
