from metaflow import FlowSpec, Parameter, step


class ChildFlow(FlowSpec):
    x = Parameter("x", default=1)

    @step
    def start(self):
        self.y = self.x + 1
        self.next(self.end)

    @step
    def end(self):
        print(self.y)


if __name__ == "__main__":
    ChildFlow()
