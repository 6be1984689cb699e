from __future__ import annotations

from collections import namedtuple
from dataclasses import asdict, dataclass, field
from itertools import product

from metaflow import FlowSpec, step

Point = namedtuple("Point", "depth rate")


@dataclass
class Trial:
    point: Point
    loss: float = 0.0
    notes: list[str] = field(default_factory=list)


class GridSearchFlow(FlowSpec):
    DEPTHS = (1, 2)
    RATES = (0.1, 0.2)

    @step
    def start(self):
        self.grid = [Point(*values) for values in product(self.DEPTHS, self.RATES)]
        self.next(self.fit, foreach="grid")

    @step
    def fit(self):
        point = self.input
        self.trial = Trial(point, loss=1 / (point.depth + point.rate))
        self.trial.notes.append(f"task {self.index}")
        self.next(self.pick)

    @step
    def pick(self, inputs):
        self.trials = sorted((i.trial for i in inputs), key=lambda t: t.loss)
        self.best, *self.rest = self.trials
        self.table = [asdict(trial) for trial in self.trials]
        self.next(self.end)

    @step
    def end(self):
        print(self.best.point.depth, self.best.point.rate, len(self.rest))
        for row in self.table:
            print(row)


if __name__ == "__main__":
    GridSearchFlow()
