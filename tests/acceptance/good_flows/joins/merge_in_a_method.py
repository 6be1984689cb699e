from metaflow import FlowSpec, step

KEEP = ["owner", "total"]


class MergeInMethodFlow(FlowSpec):
    """The merge stands in a helper, and what it excludes is computed."""

    def _merge(self, inputs, *skip):
        skipped = [name for name in skip if any(hasattr(i, name) for i in inputs)]
        self.merge_artifacts(inputs, exclude=skipped)

    @step
    def start(self):
        self.owner = "me"
        self.total = 1
        self.next(self.a, self.b)

    @step
    def a(self):
        self.x, self.who = 1, "a"
        self.next(self.join)

    @step
    def b(self):
        self.x, self.who = 2, "b"
        self.next(self.join)

    @step
    def join(self, inputs):
        self._merge(inputs, "x", "who")
        self.x = [i.x for i in inputs]
        self.who = {i.who for i in inputs}
        self.next(self.fork)

    @step
    def fork(self):
        self.next(self.c, self.d)

    @step
    def c(self):
        self.x = self.x[:1]
        self.next(self.join_again)

    @step
    def d(self):
        self.x = self.x[1:]
        self.next(self.join_again)

    @step
    def join_again(self, inputs):
        self.x = inputs.c.x + inputs.d.x
        excluded = set(dir(inputs.c)) - set(KEEP)
        assert excluded
        self.merge_artifacts(inputs, include=KEEP)
        self.next(self.end)

    @step
    def end(self):
        print(self.owner, self.total, self.x)


if __name__ == "__main__":
    MergeInMethodFlow()
