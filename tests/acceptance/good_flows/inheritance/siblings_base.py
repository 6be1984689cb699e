"""A base flow of steps only, beside its subclasses; it cannot run alone."""

from metaflow import FlowSpec, Parameter, step


class TrainingBase(FlowSpec):
    epochs = Parameter("epochs", default=2)

    def prepare(self):
        self.data = []

    def fit(self, item):
        return None

    @step
    def start(self):
        self.prepare()
        self.next(self.train, foreach="data")

    @step
    def train(self):
        self.item = self.input
        self.model = self.fit(self.item)
        self.next(self.collect)

    @step
    def collect(self, inputs):
        self.models = {i.item: i.model for i in inputs}
        self.next(self.end)
