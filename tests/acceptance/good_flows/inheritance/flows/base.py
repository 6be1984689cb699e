from abc import abstractmethod

from metaflow import FlowSpec, Parameter, step


class BaseFlow(FlowSpec):
    """What all flows of the team share."""

    limit = Parameter("limit", default=2, type=int, help="how many rows")
    retries = 3

    def read(self):
        return list(range(self.limit))

    @step
    def start(self):
        self.rows = self.read()
        self.log = ["start"]
        self.next(self.work)

    @step
    def work(self):
        raise NotImplementedError

    @step
    def end(self):
        self.report()

    def report(self):
        print(len(self.rows), self.log)


class Scored:
    """A mixin that is no flow."""

    weight: float = 1.0

    @abstractmethod
    def score(self, row): ...

    def score_all(self):
        self.scores = [self.score(row) * self.weight for row in self.rows]
        self.best_row = max(zip(self.scores, self.rows))[1]
