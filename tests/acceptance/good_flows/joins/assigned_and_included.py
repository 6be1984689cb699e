from metaflow import FlowSpec, step


class AssignedThenIncluded(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2]
        self.keep = "x"
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.y = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.y = 3
        self.merge_artifacts(inputs, include=["y", "keep"])
        self.next(self.end)

    @step
    def end(self):
        print(self.keep, self.y)


if __name__ == "__main__":
    AssignedThenIncluded()
