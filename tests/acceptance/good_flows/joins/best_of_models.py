"""Trains candidates side by side and keeps the best one."""

from metaflow import FlowSpec, Parameter, step


class BestModelFlow(FlowSpec):
    seed = Parameter("seed", default=7, help="where the noise starts")

    @step
    def start(self):
        self.rows = list(range(10))
        self.candidates = ["ridge", "lasso", "tree"]
        self.next(self.train, foreach="candidates")

    @step
    def train(self):
        import random

        noise = random.Random(self.seed)
        self.candidate = self.input
        self.score = len(self.candidate) / (1 + noise.random())
        self.model = {"kind": self.candidate, "coefficients": [noise.random() for _ in range(3)]}
        self.next(self.choose)

    @step
    def choose(self, inputs):
        best = max(inputs, key=lambda i: i.score)
        ranked = sorted(inputs, key=lambda branch: branch.score, reverse=True)
        self.model = best.model
        self.candidate = best.candidate
        self.scores = {i.candidate: i.score for i in inputs}
        self.ranking = [branch.candidate for branch in ranked]
        self.merge_artifacts(inputs, exclude=["score"])
        self.next(self.refit)

    @step
    def refit(self):
        assert self.ranking[0] == self.candidate
        self.model["rows"] = len(self.rows)
        self.next(self.end)

    @step
    def end(self):
        print("chose", self.candidate, self.model, self.scores)


if __name__ == "__main__":
    BestModelFlow()
