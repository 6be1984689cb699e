import flows.base as base
from metaflow import step


class AbstractPartsFlow(base.Scored, base.BaseFlow):
    weight = 0.5

    def score(self, row):
        return 10 - row

    @step
    def work(self):
        self.score_all()
        self.next(self.end)

    def report(self):
        print(self.best_row, self.scores)


if __name__ == "__main__":
    AbstractPartsFlow()
