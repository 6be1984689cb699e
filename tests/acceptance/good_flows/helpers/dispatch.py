from metaflow import FlowSpec, Parameter, step  # noqa: F401


class DictDispatch(FlowSpec):
    kind = Parameter("kind", default="a")

    def _load_a(self):
        self.rows = [1]

    def _load_b(self):
        self.rows = [2]

    def _third(self):
        self.third = 3

    def _c(self):
        self.c = 3

    def _d(self):
        self.d = 3

    def _each(self, n):
        self.each = n

    @step
    def start(self):
        {"a": self._load_a, "b": self._load_b}[self.kind]()
        method = self._third
        method()
        for f in (self._c, self._d):
            f()
        map_done = list(map(self._each, [1]))
        self.next(self.end)

    @step
    def end(self):
        print(self.rows, self.third, self.c, self.d, self.each)


if __name__ == "__main__":
    DictDispatch()
