from enum import Enum

from metaflow import FlowSpec, Parameter, step


class Kind(Enum):
    A = "a"


class Switchy(FlowSpec):
    kind = Parameter("kind", default="small")
    n = Parameter("n", default=2)

    @step
    def start(self):
        self.count = 0
        self.done = False
        self.next(self.loop)

    @step
    def loop(self):
        self.count += 1
        self.history = getattr(self, "history", []) + [self.count]
        if self.count == 1:
            self.first = self.count
        if self.count >= self.n:
            self.done = True
            self.summary = sum(self.history)
        self.next({True: self.after, False: self.loop}, condition="done")

    @step
    def after(self):
        print(self.first, self.summary)
        self.size = self.kind
        self.next({"small": self.small, "large": self.large, "none": self.end}, condition="size")

    @step
    def small(self):
        self.rows = [1]
        self.next(self.fan)

    @step
    def large(self):
        self.rows = [1, 2, 3]
        self.next(self.fan)

    @step
    def fan(self):
        self.next(self.one, foreach="rows")

    @step
    def one(self):
        self.z = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs, exclude=["z"])
        self.zs = [i.z for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.count, self.size)
        if self.size != "none":
            print(self.zs)
        if "zs" in vars(self):
            print(self.zs, self.first)


if __name__ == "__main__":
    Switchy()
