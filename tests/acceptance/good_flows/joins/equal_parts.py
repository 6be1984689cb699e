from metaflow import FlowSpec, step


class EqualParts(FlowSpec):
    @step
    def start(self):
        self.items = [{"k": 1, "v": 2}, {"k": 1, "v": 3}]
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.k = self.input["k"]
        self.n = len(self.input)
        self.ok = self.input["v"] > 0
        self.kind = type(self.input)
        self.half = self.index // 10
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.k, self.n, self.ok, self.kind, self.half)


if __name__ == "__main__":
    EqualParts()
