from metaflow import FlowSpec, step


class Split3(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(
            self.a,
            # comment
            self.b,
        )

    @step
    def a(self):
        """doc"""
        self.r = 1
        self.next(self.j)

    @step
    def b(self):
        self.r = 2
        self.next(self.j)

    @step
    def j(self, branch_inputs):
        total = 0
        for k, inp in enumerate(branch_inputs, start=1):
            total += inp.r * k
        [setattr(self, f"r_{i}", b.r) for i, b in enumerate(branch_inputs)]
        self.total = total
        self.by_step = {name: getattr(branch_inputs, name).r for name in ("a", "b")}
        self.next(self.end)

    @step
    def end(self):
        print(self.total, self.by_step, self.r_0, self.r_1)


if __name__ == "__main__":
    Split3()
