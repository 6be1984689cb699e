import random

from metaflow import FlowSpec, Parameter, step


class Merges(FlowSpec):
    p = Parameter("p", default="x")

    @step
    def start(self):
        self.config = {"a": 1}
        self.seen = set()
        self.n = 0
        self.text = ""
        self.next(self.a, self.b)

    @step
    def a(self):
        self.n += 0
        self.text = self.text.strip()
        self.status = "ok"
        self.path = f"{self.p}/x"
        self.count = len("abc")
        self.both = 1 if self.p else 1
        self.none = None
        self.cfg = dict(self.config)
        self.half = 0.5
        self.tup = (1, 2)
        self.name_of = "a" + "b"
        self.flag = self.p == "x"
        self.env = self.p.upper()
        self.tmp = random.random()
        del self.tmp
        if self.p == "zzz":
            self.rare = "a"
        self.next(self.join)

    @step
    def b(self):
        self.n = self.n
        self.text = ""
        self.status = "".join(["o", "k"])
        self.path = "%s/x" % self.p
        self.count = 3
        self.both = 1
        self.none = None
        self.cfg = {"a": 1}
        self.half = 1 / 2
        self.tup = tuple([1, 2])
        self.name_of = "ab"
        self.flag = True
        self.env = "X"
        if self.p == "zzz":
            self.rare = "b"
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs)
        self.n += 1
        self.status = "merged"
        self.next(self.again)

    @step
    def again(self):
        self.items = ["a", "b"]
        self.log = []
        self.next(self.each, foreach="items")

    @step
    def each(self):
        self.local = self.input
        self.log = self.log
        local_only = self.input
        self.same = "const"
        self.size = len(local_only)
        if self.input == "nope":
            self.weird = self.input
        self.log.extend([])
        self.keep = [x for x in self.items]
        del self.local
        self.next(self.join2)

    @step
    def join2(self, inputs):
        self.merge_artifacts(inputs)
        print(self.keep, self.same)
        self.next(self.end)

    @step
    def end(self):
        print(self.status, self.path, self.n, self.cfg, self.tup)


if __name__ == "__main__":
    Merges()
