"""Random flows, and what becomes of their artifacts on every way through them.

`runs` knows nothing of the linter: it carries sets of names through a flow like Metaflow carries artifacts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hypothesis import strategies as st

Action = tuple[str, str]
"""`write`, `maybe` (write under a condition), `read`, `peek` (read under a condition), `delete` (write and
delete), `merge`, `exclude`, each with the artifact."""

Failures = set[tuple[str, int]]
"""Reads that fail: the step, and the place among its actions."""


@dataclass(frozen=True)
class Block:
    """A step; where `kind` is not `step` also what stands between it and `close`, where all meet again."""

    kind: str
    name: str
    actions: tuple[Action, ...]
    inner: tuple[tuple[Block, ...], ...] = ()
    close: str = ""
    close_actions: tuple[Action, ...] = ()


NAMES = st.sampled_from("xyz")
ORDINARY = ["write", "write", "maybe", "read", "read", "peek", "delete"]


def actions(*more: str) -> st.SearchStrategy[tuple[Action, ...]]:
    one = st.tuples(st.sampled_from([*ORDINARY, *more]), NAMES)
    return st.lists(one, max_size=3).map(tuple)


CERTAIN = {"maybe": "write", "peek": "read", "switch": "step"}
"""What takes the place of a decision."""


@st.composite
def flows(draw: st.DrawFn, *, one_decision: bool = False) -> tuple[Block, ...]:
    """The blocks from `start` to `end`, with one decision at most or with many."""
    count, left = iter(range(100)), iter(range(1 if one_decision else 100))
    kept = {draw(st.sampled_from(["maybe", "switch"]))} if one_decision else {*CERTAIN}

    def decided(kind: str) -> str:
        """The kind of a block or an action, or what takes its place where there are decisions enough."""
        if kind in CERTAIN and (kind not in kept or next(left, None) is None):
            return CERTAIN[kind]
        return kind

    def acting(*more: str) -> tuple[Action, ...]:
        return tuple((decided(kind), artifact) for kind, artifact in draw(actions(*more)))

    def block(depth: int) -> Block:
        kinds = ["step", "split", "foreach", "switch"] if depth else ["step"]
        kind, name = decided(draw(st.sampled_from(kinds))), f"s{next(count)}"
        if kind == "step":
            return Block(kind, name, acting())
        several = 1 if kind == "foreach" else 2
        inner = tuple(sequence(depth - 1) for _ in range(several))
        merging = () if kind == "switch" else ("merge", "merge", "exclude")
        return Block(kind, name, acting(), inner, f"s{next(count)}", acting(*merging))

    def sequence(depth: int) -> tuple[Block, ...]:
        return tuple(block(depth) for _ in range(draw(st.integers(1, 2))))

    first = Block("step", "start", acting())
    return (first, *sequence(2), Block("step", "end", acting()))


def source(blocks: tuple[Block, ...]) -> tuple[str, dict[int, tuple[str, int]]]:
    """The flow's text, and which read stands in which line."""
    lines = ["from metaflow import FlowSpec, Parameter, step", "class RandomFlow(FlowSpec):"]
    lines += ['    flag = Parameter("flag", default=True)', '    k = "a"', "    items = [1, 2]"]
    places: dict[int, tuple[str, int]] = {}

    def step(name: str, arguments: str, done: tuple[Action, ...], exit_: str) -> None:
        lines.extend(["    @step", f"    def {name}({arguments}):"])
        for index, (kind, artifact) in enumerate(done):
            lines.append(f"        {_TEXT[kind].format(artifact)}")
            if kind in ("read", "peek"):
                places[len(lines)] = (name, index)
        lines.append(f"        {exit_}")

    def sequence(row: tuple[Block, ...], after: str) -> None:
        for block, follower in zip(row, [*(b.name for b in row[1:]), after], strict=True):
            onward = f"self.next(self.{follower})" if follower else "pass"
            heads = [f"self.{inner[0].name}" for inner in block.inner]
            exits = {
                "step": onward,
                "split": f"self.next({', '.join(heads)})",
                "foreach": f'self.next({heads[0]}, foreach="items")' if heads else "",
                "switch": f'self.next({{"a": {heads[0]}, "b": {heads[-1]}}}, condition="k")' if heads else "",
            }
            step(block.name, "self", block.actions, exits[block.kind])
            for inner in block.inner:
                sequence(inner, block.close)
            if block.close:
                step(
                    block.close,
                    "self" if block.kind == "switch" else "self, inputs",
                    block.close_actions,
                    onward,
                )

    sequence(blocks, "")
    return "\n".join([*lines, 'if __name__ == "__main__":', "    RandomFlow()", ""]), places


_TEXT = {
    "write": "self.{} = 1",
    "maybe": "if self.flag: self.{} = 1",
    "read": "print(self.{})",
    "peek": "if self.flag: print(self.{})",
    "delete": "self.{0} = 1; del self.{0}",
    "merge": "self.merge_artifacts(inputs)",
    "exclude": 'self.merge_artifacts(inputs, exclude=["{}"])',
}


@dataclass
class Run:
    """What happened on one way through a flow: the reads that were made, and those that failed."""

    read: Failures = field(default_factory=set)
    failed: Failures = field(default_factory=set)


@dataclass
class Decisions:
    """Those that are made on one way, as `given` and then always 0; `others` are ways still to be gone."""

    given: list[int]
    others: list[list[int]]
    taken: list[int] = field(default_factory=list)

    def next(self) -> int:
        """The next one."""
        if len(self.taken) == len(self.given):
            self.others.append([*self.taken, 1])
            self.given.append(0)
        self.taken.append(self.given[len(self.taken)])
        return self.taken[-1]


def runs(blocks: tuple[Block, ...]) -> Iterator[Run]:
    """Every way through the flow; a read that fails is noted, and taken to have worked."""
    pending: list[list[int]] = [[]]
    while pending:
        run = Run()
        _sequence(blocks, frozenset(), Decisions(pending.pop(), pending).next, run)
        yield run


def _sequence(
    blocks: tuple[Block, ...], there: frozenset[str], decide: Callable[[], int], run: Run
) -> frozenset[str]:
    for block in blocks:
        there = _task(block.name, block.actions, there, [], decide, run)
        if block.kind == "switch":
            there = _sequence(block.inner[decide()], there, decide, run)
            there = _task(block.close, block.close_actions, there, [], decide, run)
        elif block.kind != "step":
            branches = block.inner * 2 if block.kind == "foreach" else block.inner
            inputs = [_sequence(inner, there, decide, run) for inner in branches]
            there = _task(block.close, block.close_actions, frozenset(), inputs, decide, run)
    return there


def _task(
    name: str,
    done: tuple[Action, ...],
    inherited: frozenset[str],
    inputs: list[frozenset[str]],
    decide: Callable[[], int],
    run: Run,
) -> frozenset[str]:
    own: set[str] = set()
    for index, (kind, artifact) in enumerate(done):
        if kind in ("write", "maybe"):
            if kind == "write" or decide():
                own.add(artifact)
        elif kind in ("read", "peek"):
            if kind == "read" or decide():
                run.read.add((name, index))
                if artifact not in own | inherited:
                    run.failed.add((name, index))
                own.add(artifact)
        elif kind == "delete":
            own.discard(artifact)
        else:
            left_out = {artifact} if kind == "exclude" else set()
            inherited |= frozenset().union(*inputs) - left_out - own
    return frozenset(own) | inherited
