import pandas as pd
from metaflow import FlowSpec, step


class TrainFlow(FlowSpec):
    @step
    def start(self):
        self.events = pd.read_csv("events.csv")
        self.regions = ["north", "south", "west"]
        self.next(self.train, foreach="regions")

    @step
    def train(self):
        rows = self.events[self.events["region"] == self.input]
        import math

        self.score = math.log(len(rows))
        self.next(self.join)

    @step
    def join(self, inputs):
        self.scores = [i.score for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.scores)


if __name__ == "__main__":
    TrainFlow()
