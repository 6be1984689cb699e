"""What the steps of a flow say by themselves, before a graph is made of them, and what they leave open."""

from __future__ import annotations

from mflint.model import Flow, Function, Node, Step, TransitionKind


def is_judged(flow: Flow) -> bool:
    """Whether its graph must be right: it has steps, and somebody means to run it."""
    return flow.runnable and bool(flow.steps)


def may_end(flow: Flow, step: Step) -> bool:
    """Whether the step needs no transition: it is the last one, or means to be."""
    return step is flow.end or step.ends or step.name == "end"


def lacks_end(flow: Flow) -> bool:
    """Whether no step is, or means to be, the last one."""
    return flow.end is None and not any(step.ends for step in flow.steps.values())


def calls_next(step: Step) -> bool:
    """Whether the step calls `self.next` anywhere."""
    return bool(step.function.transitions) and step.function.signature.first == "self"


def lacks_next(flow: Flow, step: Step) -> bool:
    """Whether the step never says what follows, although it is not the last one."""
    if may_end(flow, step) or step.function.tail is not None or calls_next(step):
        return False
    return not is_rewritten(flow, step)


def has_broken_exit(flow: Flow, step: Step) -> bool:
    """Whether the source does not tell where the step leads to, or it leads to no step."""
    if may_end(flow, step):
        return False
    tail = step.function.tail
    return tail is None or tail.kind is TransitionKind.INVALID or not flow.steps.keys() >= {*tail.targets}


def is_rewritten(flow: Flow, step: Step) -> bool:
    """Whether a decorator below `@step` may give the step another body."""
    others = {applied.decorator: applied for applied in flow.step_decorators[step.name]}
    below = [index for index, d in enumerate(step.function.decorators) if d not in others]
    lowest = step.function.decorators[below[-1] + 1 :] if below else ()
    return any(not others[d].from_metaflow for d in lowest)


def is_generator(function: Function) -> bool:
    """Whether the function itself, not one inside it, yields."""
    from mflint.syntax import yields

    return yields(function.node.body)


def mentioned(step: Step) -> set[str]:
    """All steps that any `self.next` of the step names, read by Metaflow or not."""
    return {name for t in step.function.transitions for name in (*t.targets, *t.mentions)}


def shadowed_steps(flow: Flow) -> list[tuple[Step, Node]]:
    """The steps that another one of the same name in the same class replaces, whatever happens."""
    found = []
    for step in flow.steps.values():
        marks = {d.name for d in step.function.decorators}
        for other in step.owner.functions:
            plain = any(statement is other.node for statement in step.owner.node.body.body)
            same = other.name == step.name and other is not step.function
            if same and plain and any(d.name in marks and d.name.endswith("step") for d in other.decorators):
                found.append((step, other.name_node))
    return found


def unclear_endpoints(flow: Flow) -> str | None:
    """Why the source does not tell which step is the first or the last, if so."""
    for name, step in flow.steps.items():
        others = {applied.decorator for applied in flow.step_decorators[name]}
        for mark in step.function.decorators:
            values = [mark.argument(key) for key in ("start", "end")] if mark not in others else []
            if any(value is not None and not isinstance(value, bool) for value in values):
                return f"`@step` of {name} has computed arguments"
    if flow.unknown:
        return flow.unknown[0]
    return unseen_steps(flow) if flow.start is None or flow.end is None else None


def unseen_steps(flow: Flow, name: str | None = None) -> str | None:
    """Why the flow may have more steps than the source shows (or one called `name`), if so."""
    if flow.unknown:
        return flow.unknown[0]
    for attribute, (function, _) in flow.methods.items():
        plain = {"property", "staticmethod", "classmethod", "functools.cached_property", "cached_property"}
        if name in (None, attribute) and any(d.name not in plain for d in function.decorators):
            return f"a decorator may make {attribute} a step"
    for reason in flow.unknown_parameters:
        attribute, assigned, _ = reason.partition(" = ")
        if "calls" in reason if not assigned else name in (None, attribute):
            return reason
    return None
