from functools import reduce
from itertools import chain
from statistics import mean

from metaflow import FlowSpec, step


def flatten(lists):
    return list(chain.from_iterable(lists))


class JoinHelpersFlow(FlowSpec):
    def _collect(self, inputs):
        self.parts = flatten(i.part for i in inputs)
        self.mean = mean(i.size for i in inputs)

    def _keep_constants(self, inputs):
        for name in ("owner", "region"):
            setattr(self, name, getattr(inputs[0], name))

    @staticmethod
    def largest(inputs):
        return max((i.size, i.label) for i in inputs)[1]

    @step
    def start(self):
        self.owner, self.region = "ann", "north"
        self.jobs = [("a", 1), ("b", 2), ("c", 3)]
        self.next(self.work, foreach="jobs")

    @step
    def work(self):
        self.label, self.size = self.input
        self.part = [self.label] * self.size
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self._collect(inputs)
        self._keep_constants(inputs)
        self.top = self.largest(inputs)
        self.product = reduce(lambda acc, i: acc * i.size, inputs, 1)
        self.labels = tuple(map(lambda i: i.label, inputs))
        self.big = [i.label for i in filter(lambda i: i.size > 1, inputs)]
        for number, branch in enumerate(inputs):
            print(number, branch.label)
        self.next(self.end)

    @step
    def end(self):
        print(self.owner, self.region, self.parts, self.mean, self.top, self.product, self.labels, self.big)


if __name__ == "__main__":
    JoinHelpersFlow()
