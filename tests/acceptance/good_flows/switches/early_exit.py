from metaflow import FlowSpec, Parameter, step


class SwitchEarlyExit(FlowSpec):
    rows = Parameter("rows", default=0)

    @step
    def start(self):
        self.empty = "yes" if self.rows == 0 else "no"
        self.next({"yes": self.end, "no": self.work}, condition="empty")

    @step
    def work(self):
        self.items = list(range(self.rows))
        self.next(self.each, foreach="items")

    @step
    def each(self):
        self.square = self.input**2
        self.next(self.join)

    @step
    def join(self, inputs):
        self.squares = [i.square for i in inputs]
        self.merge_artifacts(inputs, include=["empty"])
        self.next(self.end)

    @step
    def end(self):
        if self.empty == "yes":
            print("nothing")
        else:
            print(self.squares)
        if self.rows:
            print(self.squares)


if __name__ == "__main__":
    SwitchEarlyExit()
