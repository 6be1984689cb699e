from metaflow import FlowSpec, step


class SplitsInsideFlow(FlowSpec):
    """A foreach whose tasks split, join and go on before they are gathered; input and index kept."""

    @step
    def start(self):
        self.files = ["a.csv", "b.csv"]
        self.next(self.load, foreach="files")

    @step
    def load(self):
        self.file = self.input
        self.position = self.index
        self.lines = [self.file] * (self.position + 1)
        self.next(self.clean)

    @step
    def clean(self):
        print("still", self.input, self.index, self.foreach_stack())
        self.lines = [line.upper() for line in self.lines]
        self.next(self.stats, self.check)

    @step
    def stats(self):
        self.count = len(self.lines)
        self.next(self.done)

    @step
    def check(self):
        self.valid = all(line.endswith("CSV") for line in self.lines)
        self.next(self.done)

    @step
    def done(self, inputs):
        self.merge_artifacts(inputs)
        self.next(self.summarise)

    @step
    def summarise(self):
        self.summary = (self.file, self.count, self.valid)
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self.summaries = [i.summary for i in inputs]
        self.merge_artifacts(inputs, include=["files"])
        self.next(self.end)

    @step
    def end(self):
        assert len(self.summaries) == len(self.files)


if __name__ == "__main__":
    SplitsInsideFlow()
