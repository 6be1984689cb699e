from metaflow import FlowSpec, Parameter, step


class IncludeParameter(FlowSpec):
    alpha = Parameter("alpha", default=1)

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
        self.merge_artifacts(inputs, include=["alpha", "keep"])
        self.next(self.end)

    @step
    def end(self):
        print(self.keep, self.alpha)


if __name__ == "__main__":
    IncludeParameter()
