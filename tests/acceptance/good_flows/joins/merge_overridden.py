from metaflow import FlowSpec, step


class OverriddenMerge(FlowSpec):
    def merge_artifacts(self, inputs, exclude=None, include=None):
        super().merge_artifacts(inputs, exclude=["y"])
        self.ys = [i.y for i in inputs]

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
        self.merge_artifacts(inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.keep, self.ys)


if __name__ == "__main__":
    OverriddenMerge()
