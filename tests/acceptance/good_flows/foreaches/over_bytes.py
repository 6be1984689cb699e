from metaflow import FlowSpec, step


class BytesForeach(FlowSpec):
    @step
    def start(self):
        self.items = b"ab"
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.y = int(self.input)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.ys = [i.y for i in inputs.flows]
        self.n = len(inputs.flows)
        self.last = inputs[-1].y
        self.next(self.end)

    @step
    def end(self):
        print(self.ys)


if __name__ == "__main__":
    BytesForeach()
