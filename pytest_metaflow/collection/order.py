"""An order in which the slowest flows do not meet on one worker.

xdist's schedulers hand out the items in the order in which all workers have collected them: `load` first a
chunk of neighbours to each worker (`LoadScheduling.schedule`), `worksteal` all of them
(`WorkStealingScheduling.check_schedule`), the others one file, class or group after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Scheduling:
    """How xdist hands out items: its `--dist`, the number of workers, and `--maxschedchunk`."""

    mode: str
    workers: int
    max_chunk: int | None = None

    def chunks(self, items: int) -> tuple[int, ...]:
        """How many neighbours each worker gets at first; empty where it takes turns item by item."""
        if self.mode == "worksteal":
            ends = [items * (worker + 1) // self.workers for worker in range(self.workers)]
            return tuple(end - start for start, end in zip([0, *ends], ends, strict=False))
        if self.mode != "load" or items < 2 * self.workers:
            return ()
        share = items // self.workers // 4
        return (max(min(share, self.max_chunk or items), 2),) * self.workers


def spread(flows: Sequence[T], others: Sequence[T], seconds: Mapping[T, float], how: Scheduling) -> list[T]:
    """All items: the slowest flows each first on a worker of its own, `others` in the order given.

    A flow that `seconds` does not hold counts as an average one.
    """
    average = sum(seconds.values()) / len(seconds)
    slowest = sorted(flows, key=lambda flow: -seconds.get(flow, average))
    chunks = how.chunks(len(flows) + len(others))
    if chunks:
        return _in_chunks(slowest, list(others), [seconds.get(flow, average) for flow in slowest], chunks)
    first, rest = slowest[: how.workers], slowest[how.workers :]
    return [*first, *others, *reversed(rest)] if how.mode == "load" else [*slowest, *others]


def _in_chunks(flows: list[T], others: list[T], seconds: list[float], chunks: Sequence[int]) -> list[T]:
    """Fill the chunks: first with one of the slowest flows each, then with the quickest, then with `others`.

    What finds no room comes behind the chunks, the slowest first: a worker gets it as soon as it is free.
    """
    filled: list[list[T]] = [[] for _ in chunks]
    loads = [0.0 for _ in chunks]
    heads = min(len(chunks), len(flows))
    waiting = max(0, len(flows) - sum(chunks))
    placed = [*range(heads), *range(heads + waiting, len(flows))]
    for turn, index in enumerate(placed):
        room = [c for c, size in enumerate(chunks) if len(filled[c]) < size]
        chunk = turn if turn < heads else min(room, key=loads.__getitem__)
        filled[chunk].append(flows[index])
        loads[chunk] += seconds[index]
    for worker, size in zip(filled, chunks, strict=True):
        missing = size - len(worker)
        worker.extend(others[:missing])
        del others[:missing]
    return [*(item for worker in filled for item in worker), *flows[heads : heads + waiting], *others]
