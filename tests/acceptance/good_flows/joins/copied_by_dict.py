from metaflow import FlowSpec, step


class JoinCopies(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2]
        self.keep = 1
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.y = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.__dict__.update(keep=inputs[0].keep)
        for k in dir(inputs[0]):
            pass
        self.data = [vars(i) is None for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.keep, self.data)


if __name__ == "__main__":
    JoinCopies()
