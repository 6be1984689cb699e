from metaflow import FlowSpec, step  # noqa: F401
import math


class FunctionsEachStep(FlowSpec):
    @staticmethod
    def scale(x):
        return x

    def _setup(self):
        self.fn = lambda x: x + 1

    @step
    def start(self):
        self._setup()
        print(self.fn(1))
        self.best = max
        self.total = sum
        self.root = math.sqrt
        self.next(self.end)

    @step
    def end(self):
        self._setup()
        print(self.fn(2), self.best([1]), self.total([1]), self.root(4), self.scale(2))


if __name__ == "__main__":
    FunctionsEachStep()
