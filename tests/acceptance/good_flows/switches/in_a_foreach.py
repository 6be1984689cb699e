from metaflow import FlowSpec, step


class SwitchInForeachFlow(FlowSpec):
    """Each task of a foreach chooses its own way; the ways meet before the join."""

    @step
    def start(self):
        self.numbers = [1, 2, 3]
        self.next(self.look, foreach="numbers")

    @step
    def look(self):
        self.number = self.input
        self.kind = "even" if self.number % 2 == 0 else "odd"
        self.next({"even": self.halve, "odd": self.triple}, condition="kind")

    @step
    def halve(self):
        self.result = self.number // 2
        self.steps = ["halve"]
        self.next(self.note)

    @step
    def triple(self):
        self.result = 3 * self.number + 1
        self.steps = ["triple"]
        self.odd_only = True
        self.next(self.note)

    @step
    def note(self):
        self.line = f"{self.number} -> {self.result} {self.steps}"
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self.lines = [i.line for i in inputs]
        self.odds = sum(getattr(i, "odd_only", False) for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.lines, self.odds)


if __name__ == "__main__":
    SwitchInForeachFlow()
