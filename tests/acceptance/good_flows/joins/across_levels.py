from metaflow import FlowSpec, step


class AcrossLevelsFlow(FlowSpec):
    """A branch with a foreach beside a plain one; what is equal everywhere is merged."""

    @step
    def start(self):
        self.version = "v1"
        self.options = {"a": [1, 2]}
        self.next(self.many, self.one)

    @step
    def many(self):
        self.items = ["x", "y", "z"]
        self.next(self.item, foreach="items")

    @step
    def item(self):
        self.length = len(self.input)
        self.constant = "same"
        self.derived = self.version.upper()
        self.next(self.many_joined)

    @step
    def many_joined(self, inputs):
        self.lengths = [i.length for i in inputs]
        self.merge_artifacts(inputs, exclude=["length"])
        self.scored = True
        self.next(self.meet)

    @step
    def one(self):
        self.alone = True
        self.derived = "V1"
        self.next(self.meet)

    @step
    def meet(self, inputs):
        self.merge_artifacts(inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.version, self.options, self.lengths, self.constant, self.alone, self.derived, self.items)
        assert self.scored is True


if __name__ == "__main__":
    AcrossLevelsFlow()
