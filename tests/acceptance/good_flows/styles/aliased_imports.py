import metaflow as mf
from metaflow import step as task, Parameter as P


class AliasedImports(mf.FlowSpec):
    a = mf.Parameter("a", default=1)
    b = P("b", default=2)

    @mf.retry
    @mf.step
    def start(self):
        """Says little."""

        def gen():
            yield 1

        self.x = list(gen())
        self.next(self.end)

    @task
    def end(self):
        print(self.x, self.a, self.b)


if __name__ == "__main__":
    AliasedImports()
