from metaflow import FlowSpec, step


class BranchKinds(FlowSpec):
    @step
    def start(self):
        self.common = [1]
        self.five = 5
        self.state = "new"
        self.next(self.a, self.b, self.c)

    @step
    def a(self):
        self.kind, self.x = "a", 1
        self.common = self.common
        self.five = 2 + 3
        self.words = "a b".split()
        self.flag = True
        self.next(self.join)

    @step
    def b(self):
        self.kind, self.y = "b", 2
        self.common = list(self.common)
        self.words = ["a", "b"]
        self.flag = not False
        self.next(self.join)

    @step
    def c(self):
        self.kind = "c"
        self.common = [1]
        self.flag = bool(1)
        self.words = list(("a", "b"))
        if self.state == "old":
            self.state = "new"
        self.next(self.join)

    @step
    def join(self, inputs):
        self.xs = [i.x for i in inputs if i.kind == "a"]
        self.ys = [i.y for i in inputs if i.kind != "a" and i.kind != "c"]
        for i in inputs:
            if i.kind == "b":
                self.y = i.y
            elif i.kind == "a":
                self.x = i.x
        by = {i.kind: i for i in inputs}
        self.x2 = by["a"].x
        self.y2 = next(i for i in inputs if i.kind == "b").y
        self.first = next(iter(inputs)).kind
        self.merge_artifacts(inputs, exclude=["kind"])
        self.next(self.end)

    @step
    def end(self):
        print(
            self.xs, self.ys, self.x, self.y, self.x2, self.y2, self.words, self.flag, self.common, self.first
        )


if __name__ == "__main__":
    BranchKinds()
