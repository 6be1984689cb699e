from metaflow import FlowSpec, step


class TotalsFlow(FlowSpec):
    """Sums what branches counted, without merging anything."""

    @step
    def start(self):
        self.shards = range(4)
        self.unit = "rides"
        self.next(self.count, foreach="shards")

    @step
    def count(self):
        self.n = self.input * 10
        self.names = [f"{self.unit}-{self.input}-{self.index}"]
        self.next(self.add_up)

    @step
    def add_up(self, inputs):
        self.total = 0
        self.names = []
        self.largest = None
        for inp in inputs:
            self.total += inp.n
            self.names.extend(inp.names)
            if self.largest is None or inp.n > self.largest:
                self.largest = inp.n
        first, *others = inputs
        self.unit = first.unit
        self.others = len(others)
        self.unit_of_all = {other.unit for other in others}.pop()
        self.pairs = list(zip((i.n for i in inputs), (i.names[0] for i in inputs)))
        self.count_of_inputs = sum(1 for _ in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.total, self.unit, self.names, self.largest, self.pairs, self.others, self.count_of_inputs)
        print(self.unit_of_all)


if __name__ == "__main__":
    TotalsFlow()
