"""Follows the effects of one step, statement by statement and through the methods that it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mflint.analysis.dataflow.events import Spot
from mflint.analysis.dataflow.footprint import Footprint, always_raises
from mflint.analysis.dataflow.ground import Ground, Method
from mflint.analysis.dataflow.joins import Joined
from mflint.analysis.dataflow.state import State, meet
from mflint.analysis.dataflow.verdicts import Verdicts
from mflint.model import FlowFile, Function, Node
from mflint.model import effects as fx

_CALLS_INLINED = 2_000
"""How many calls of methods are followed in a step before the rest counts as unknown code."""


_ENDS = {"abort", "assert_never", "die", "exit", "_exit", "fail", "quit"}
"""What functions that end a program or a test are called; under a condition they are taken for such."""


@dataclass
class _Frame:
    """A function that is being followed."""

    function: Function
    file: FlowFile
    returns: list[State] = field(default_factory=list)
    leaps: list[list[State]] = field(default_factory=list)
    """For each loop around, the states at its `break`s."""


class Body:
    """Follows the effects of `step`; `joined` is what its inputs hold where it is a join."""

    def __init__(self, ground: Ground, step: str, joined: Joined | None, verdicts: Verdicts) -> None:
        self._ground = ground
        self._step = step
        self._joined = joined
        self._verdicts = verdicts
        self._frames: list[_Frame] = []
        self._memo: dict[object, State | None] = {}

    def follow(
        self, function: Function, file: FlowFile, effect: fx.Effect, state: State
    ) -> tuple[State | None, list[State]]:
        """The state behind the function's last line, None where it is never reached, and at its `return`s."""
        frame = _Frame(function, file)
        self._frames.append(frame)
        last = self._run(effect, state)
        self._frames.pop()
        return last, frame.returns

    def _run(self, effect: fx.Effect, state: State) -> State | None:
        return _RUN[type(effect)](self, effect, state)

    def _spot(self, node: Node) -> Spot:
        return Spot(self._step, node, self._frames[-1].file)

    @property
    def _in_method(self) -> bool:
        return len(self._frames) > 1

    def _footprint(self, *effects: fx.Effect) -> Footprint:
        frame = self._frames[-1]
        return self._with_merged(self._ground.footprint(*effects, function=frame.function, file=frame.file))

    def _with_merged(self, done: Footprint) -> Footprint:
        if not done.merges or self._joined is None:
            return done
        merged = self._joined.union()
        return done | Footprint(merged.may, opens=merged.opened)

    def _sequence(self, effect: fx.Sequence, state: State) -> State | None:
        current: State | None = state
        for part in effect.effects:
            if current is None:
                return None
            current = self._run(part, current)
        return current

    def _read(self, effect: fx.Read, state: State) -> State:
        method = self._ground.method(effect.name)
        if method is not None:
            return self._call_property(method, state)
        if not self._ground.is_defined(effect.name):
            self._verdicts.read(effect.name, self._spot(effect.node), state, in_method=self._in_method)
            state.write(effect.name)
        return state

    def _any_read(self, effect: fx.AnyRead, state: State) -> State:
        self._possibly(state, self._footprint(effect))
        return state

    def _call_property(self, method: Method, state: State) -> State:
        """A property runs its body; another method may be called by whoever gets it."""
        if method.is_property:
            return self._call(method, state) or state
        self._possibly(state, self._ground.method_footprint(method))
        return state

    def _possibly(self, state: State, done: Footprint) -> None:
        """Take what may happen for what happens."""
        whole = self._with_merged(done)
        state.write(*whole.writes)
        state.opened |= whole.opens

    def _write(self, effect: fx.Write, state: State) -> State:
        setter = self._ground.method(effect.name)
        if setter is not None:
            self._possibly(state, self._ground.method_footprint(setter))
        state.write(effect.name)
        return state

    def _class_write(self, effect: fx.ClassWrite, state: State) -> State:
        if self._ground.is_own_class(effect.owner):
            state.write(effect.name)
        return state

    def _delete(self, effect: fx.Delete, state: State) -> State:
        state.delete(effect.name)
        return state

    def _method_call(self, effect: fx.MethodCall, state: State) -> State | None:
        method = self._ground.called(effect, self._frames[-1].function)
        if method is not None:
            return self._call(method, state)
        state.opened |= effect.name in self._ground.attributes
        return state if effect.above else self._read(fx.Read(effect.node, effect.name), state)

    def _call(self, method: Method, state: State) -> State | None:
        """What is known after the method has been called; None where it never returns."""
        entered = any(frame.function is method.function for frame in self._frames)
        if not method.is_plain or entered or len(self._memo) > _CALLS_INLINED:
            self._possibly(state, self._ground.method_footprint(method))
            return state
        key = (method.function, state.key(), self._verdicts.guarded)
        if key not in self._memo:
            self._memo[key] = self._called(method, state)
        found = self._memo[key]
        return found.copy() if found is not None else None

    def _called(self, method: Method, state: State) -> State | None:
        inside = state.copy()
        with self._verdicts.inside_method(conditional=state.conditional):
            inside.conditional = False
            last, states = self.follow(method.function, method.file, method.effects, inside)
        if last is not None:
            states.append(last)
        if not states:
            return None
        after = meet(state, states, left_out=False)
        after.conditional, after.filtered = state.conditional, state.filtered
        return after

    def _merge(self, effect: fx.Merge, state: State) -> State | None:
        call = fx.MethodCall(effect.node, "merge_artifacts", effect.above)
        own = self._ground.called(call, self._frames[-1].function)
        if own is not None:
            return self._call(own, state)
        self._verdicts.merge(effect, self._spot(effect.node), self._joined, state, in_method=self._in_method)
        if self._joined is None:
            return state
        merged = self._joined.merged(effect)
        state.may |= merged.may
        state.write(*merged.must)
        state.inherited_must |= merged.must
        state.inherited_may |= merged.may
        state.opened |= merged.opened
        return state

    def _input_read(self, effect: fx.InputRead, state: State) -> State:
        self._verdicts.input(effect, self._spot(effect.node), self._joined, state)
        return state

    def _branch_read(self, effect: fx.BranchRead, state: State) -> State:
        if self._joined is not None and not self._ground.is_defined(effect.name):
            self._verdicts.branch(effect, self._spot(effect.node), self._joined, state)
        return state

    def _escape(self, effect: fx.Escape, state: State) -> State | None:
        frame = self._frames[-1]
        base = self._ground.base_method(effect.callee)
        if base is not None:
            return self._call(base, state)
        state.opened |= not self._ground.is_harmless(effect.callee, frame.function, frame.file)
        return state

    def _other_call(self, effect: fx.OtherCall, state: State) -> State | None:
        frame = self._frames[-1]
        if state.conditional and effect.callee.rpartition(".")[2] in _ENDS:
            return None
        return None if self._ground.never_returns(effect.callee, frame.function, frame.file) else state

    def _check(self, effect: fx.Check, state: State) -> State:
        state.assumed |= state.may
        state.learn(effect.facts)
        return state

    def _exit(self, effect: fx.Exit, state: State) -> None:
        frame = self._frames[-1]
        if effect.kind is fx.ExitKind.RETURN:
            frame.returns.append(state)
        elif effect.kind is fx.ExitKind.BREAK and frame.leaps:
            frame.leaps[-1].append(state)

    def _choice(self, effect: fx.Choice, state: State) -> State | None:
        before = self._run(effect.alternatives[0].test, state)
        running = before
        explicit: list[State | None] = []
        for index, alternative in enumerate(effect.alternatives):
            if running is not None and index:
                running = self._run(alternative.test, running)
            if running is None:
                break
            explicit.append(self._run(alternative.body, running.under_condition(alternative.holds)))
            running = running.under_condition(alternative.fails)
        last = running
        if running is not None and effect.otherwise is not None:
            last = self._run(effect.otherwise, running)
        states = [s for s in (*explicit, last) if s is not None]
        if before is None or not states:
            return None
        after = meet(before, states, left_out=len(states) <= len(explicit))
        if effect.otherwise is None and len(explicit) > 1:
            _take_for_exhaustive(after, [s for s in explicit if s is not None])
        return after

    def _loop(self, effect: fx.Loop, state: State) -> State | None:
        done = self._footprint(effect.body)
        entry = state.copy() if effect.forever or effect.inputs else state.under_condition()
        entry.late |= done.writes - entry.may
        entry.may |= done.writes
        entry.must -= done.deletes - entry.inherited_must
        entry.assumed -= done.deletes
        entry.filtered = entry.filtered and not effect.inputs
        entry.opened |= done.opens
        frame = self._frames[-1]
        frame.leaps.append([])
        self._run(effect.body, entry)
        left = frame.leaps.pop()
        if effect.forever and not left:
            return None
        for name in done.deletes:
            state.delete(name)
        self._possibly(state, done)
        orelse = self._run(effect.orelse, state.under_condition())
        return state if orelse is None else meet(state, [state, orelse], left_out=False)

    def _try(self, effect: fx.Try, state: State) -> State | None:
        done = self._footprint(effect.body)
        caught = any(h.catches and (h.expects or not always_raises(h.body)) for h in effect.handlers)
        with self._verdicts.guard(attributes=caught, anything=_may_go_on(effect)):
            last = self._run(effect.body, state.copy())
        if last is not None:
            last = self._run(effect.orelse, last)
        states = [last]
        for handler in effect.handlers:
            entry = state.under_condition()
            entry.must -= done.deletes - entry.inherited_must
            entry.may |= done.writes
            entry.assumed |= done.writes
            entry.opened |= done.opens
            states.append(self._run(handler.body, entry))
        left = [s for s in states if s is not None]
        return self._finally(effect.final, meet(state, left, left_out=False)) if left else None

    def _finally(self, effect: fx.Effect, state: State) -> State | None:
        if effect is fx.NOTHING:
            return state
        after = self._run(effect, state.under_condition())
        if after is not None:
            after.assumed &= state.assumed
            after.conditional, after.filtered = state.conditional, state.filtered
        return after

    def _later(self, effect: fx.Later, state: State) -> State:
        self._verdicts.later(effect.body, self._spot, state)
        self._possibly(state, self._footprint(effect.body))
        return state

    def _pass(self, effect: fx.Effect, state: State) -> State:
        return state


def _may_go_on(effect: fx.Try) -> bool:
    return any(not always_raises(handler.body) for handler in effect.handlers)


def _take_for_exhaustive(after: State, explicit: list[State]) -> None:
    """An `if` with `elif`s, or a `match`, mostly names all cases there are."""
    if explicit:
        after.must |= set.intersection(*(state.must for state in explicit))


_Run = Callable[[Body, Any, State], State | None]
_RUN: Mapping[type, _Run] = {
    fx.Sequence: Body._sequence,
    fx.Read: Body._read,
    fx.Tested: Body._pass,
    fx.AnyRead: Body._any_read,
    fx.Write: Body._write,
    fx.ClassWrite: Body._class_write,
    fx.Delete: Body._delete,
    fx.MethodCall: Body._method_call,
    fx.Merge: Body._merge,
    fx.InputRead: Body._input_read,
    fx.BranchRead: Body._branch_read,
    fx.BranchWrite: Body._pass,
    fx.Escape: Body._escape,
    fx.OtherCall: Body._other_call,
    fx.Check: Body._check,
    fx.Exit: Body._exit,
    fx.Choice: Body._choice,
    fx.Loop: Body._loop,
    fx.Try: Body._try,
    fx.Later: Body._later,
}
