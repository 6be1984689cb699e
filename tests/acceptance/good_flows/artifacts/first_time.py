from metaflow import FlowSpec, step  # noqa: F401


class ReadBeforeInit(FlowSpec):
    @step
    def start(self):
        self.counter = getattr(self, "counter", 0) + 1
        self.maybe = self.maybe if hasattr(self, "maybe") else 1
        try:
            self.tries += 1
        except AttributeError:
            self.tries = 1
        if "zzz" not in self.__dict__:
            self.zzz = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.counter, self.maybe, self.tries, self.zzz)


if __name__ == "__main__":
    ReadBeforeInit()
