from metaflow import FlowSpec, step


class PropertyForeach(FlowSpec):
    @property
    def shards(self):
        return [1, 2]

    @step
    def start(self):
        self.x = 1
        self.next(self.work, foreach="shards")

    @step
    def work(self):
        self.y = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.ys = [i.y for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.ys)


if __name__ == "__main__":
    PropertyForeach()
