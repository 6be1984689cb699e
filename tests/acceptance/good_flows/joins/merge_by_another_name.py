from metaflow import FlowSpec, step


class MergeAlias(FlowSpec):
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
        merge = self.merge_artifacts
        merge(inputs=inputs, exclude=["y"])
        print(self.keep)
        self.next(self.end)

    @step
    def end(self):
        print(self.keep)


if __name__ == "__main__":
    MergeAlias()
