from metaflow import FlowSpec, step  # noqa: F401
from contextlib import contextmanager


class WithTargets(FlowSpec):
    @contextmanager
    def _stage(self):
        self.in_stage = 1
        yield "x"

    @step
    def start(self):
        from contextlib import suppress, nullcontext

        with self._stage() as self.stage, nullcontext((1, 2)) as (self.a, self.b):
            self.c = 1
        with suppress(ValueError):
            raise ValueError
        self.d = int("3")
        for self.i, self.j in [(1, 2)]:
            pass
        (self.k,) = [1]
        [self.l, (self.m, *self.n)] = [1, (2, 3)]
        with suppress(AttributeError):
            print(self.nothing)
        self.next(self.end)

    @step
    def end(self):
        print(
            self.stage,
            self.a,
            self.b,
            self.c,
            self.d,
            self.i,
            self.j,
            self.k,
            self.l,
            self.m,
            self.n,
            self.in_stage,
        )


if __name__ == "__main__":
    WithTargets()
