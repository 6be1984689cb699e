from metaflow import FlowSpec, step


class MergeBest(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2]
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.y = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        best = max(inputs, key=lambda i: i.y)
        self.merge_artifacts([best])
        self.next(self.end)

    @step
    def end(self):
        print(self.y)


if __name__ == "__main__":
    MergeBest()
