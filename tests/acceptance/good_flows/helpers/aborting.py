from metaflow import FlowSpec, Parameter, step  # noqa: F401


def fail():
    raise RuntimeError


class AbortHelpers(FlowSpec):
    kind = Parameter("kind", default="a")

    def _abort(self, text):
        raise RuntimeError(text)

    @step
    def start(self):
        import sys

        if self.kind == "a":
            self.rows = 1
        else:
            self._abort("no")
        if self.kind == "a":
            self.cols = 1
        else:
            sys.exit(1)
        match self.kind:
            case "a":
                self.m = 1
            case _:
                raise ValueError
        if self.kind == "a":
            self.n = 1
        else:
            fail()
        while True:
            try:
                self.o = int("1")
            except ValueError:
                continue
            else:
                break
        try:
            self.p = int("1")
        except ValueError:
            self._abort("p")
        try:
            value = int("1")
        except ValueError as e:
            raise RuntimeError from e
        else:
            self.q = value
        finally:
            self.r = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.rows, self.cols, self.m, self.n, self.o, self.p, self.q, self.r)


if __name__ == "__main__":
    AbortHelpers()
