from metaflow import FlowSpec, step  # noqa: F401


class DelHere(FlowSpec):
    @step
    def start(self):
        self.tmp = 1
        self.keep = self.tmp
        del self.tmp
        for n in range(2):
            self.loop = n
            del self.loop
        if self.keep:
            self.cond = 1
            del self.cond
        self.big = [1]
        delattr(self, "big")
        self.two, self.three = 1, 2
        del self.two, self.three
        self.next(self.end)

    @step
    def end(self):
        self.keep = 2
        print(self.keep)
        del self.keep


if __name__ == "__main__":
    DelHere()
