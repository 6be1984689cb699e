"""What a task of a step does with what it finds (`MetaflowTask.run_step` in metaflow/task.py)."""

from __future__ import annotations

from mflint.analysis.dataflow.body import Body
from mflint.analysis.dataflow.footprint import Footprint, survey
from mflint.analysis.dataflow.joins import Joined
from mflint.analysis.dataflow.state import Left, State
from mflint.analysis.dataflow.verdicts import Verdicts
from mflint.analysis.decorators.catch import CATCH, caught_artifacts
from mflint.analysis.decorators.refusals import OF_STEPS
from mflint.analysis.effects import effects_of
from mflint.model import Flow, Step
from mflint.model.effects import Effect

_KNOWN_DECORATORS = {f"metaflow.{name}" for name in OF_STEPS}
"""Those that neither set nor take away artifacts, `@catch` aside."""


def effects_of_step(step: Step) -> Effect:
    """What the step's body does; the second argument of a join holds its inputs."""
    positional = step.function.signature.positional
    return effects_of(step.function, positional[1] if len(positional) == 2 else None)


def run_task(step: Step, entry: Left, joined: Joined | None, verdicts: Verdicts) -> Left | None:
    """What the step leaves, None where no run gets past it."""
    ground = verdicts.ground
    effect = effects_of_step(step)
    done = ground.footprint(effect, function=step.function, file=step.file)
    if done.merges and joined is not None:
        union = joined.union()
        done |= Footprint(union.may, opens=union.opened)
    state = _at_entry(step, entry, done, ground.flow)
    state.guarded_inputs |= survey(effect).input_writes
    before = state.copy()
    last, returns = Body(ground, step.name, joined, verdicts).follow(step.function, step.file, effect, state)
    if any(d.qualified == CATCH for d in ground.flow.step_decorators[step.name]):
        last = _caught(ground.flow, step, last, before, done)
    if last is None:
        return None
    for left_early in returns:
        last.may |= left_early.may
        last.opened |= left_early.opened
    return last.left(entry.lost, lost_anything=entry.lost_anything)


def _at_entry(step: Step, entry: Left, done: Footprint, flow: Flow) -> State:
    """A switch may lead back to its own step, which then finds what it left itself."""
    tail = step.function.tail
    repeats = tail is not None and step.name in tail.targets
    state = State(entry, late=done.writes if repeats else ())
    state.opened |= repeats and done.opens
    names = {applied.qualified for applied in flow.step_decorators[step.name]}
    state.opened |= bool(names - _KNOWN_DECORATORS)
    return state


def _caught(flow: Flow, step: Step, last: State | None, before: State, done: Footprint) -> State:
    """With `@catch` the run goes on wherever the body fails, with what has been assigned so far.

    What a failure may have left out is taken for there; so is all where the body never comes to its end.
    """
    after = last if last is not None else before
    if last is None:
        after.write(*done.writes)
    after.may |= done.writes
    after.opened |= done.opens
    for variable in caught_artifacts(flow, step):
        if isinstance(variable, str):
            after.write(variable)
        else:
            after.opened = True
    return after
