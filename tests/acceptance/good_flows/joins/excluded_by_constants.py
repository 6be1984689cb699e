from metaflow import FlowSpec, step

MORE = {"w"}


class ExcludeConst(FlowSpec):
    SKIP = ("y",)

    @step
    def start(self):
        self.items = [1, 2]
        self.keep = "x"
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.y = self.input
        self.z = self.input
        self.w = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs, exclude=[*self.SKIP, "z", *MORE])
        self.next(self.end)

    @step
    def end(self):
        print(self.keep)


if __name__ == "__main__":
    ExcludeConst()
