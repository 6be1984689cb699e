import sys

from pkg import core
from pkg.core import configure, setup as prepare_all, Wrapped
from metaflow import step


class Using(core.Core):
    def get_parts(self):
        prepare_all(self)
        configure(self, colour="red")
        return range(2)

    def handle(self, x):
        return x + self.from_setup

    @step
    def end(self):
        print(self.results, self.colour)


class Auto(Wrapped, core.Core):
    def get_parts(self):
        return range(2)

    def handle(self, x):
        return x

    @step
    def end(self):
        print(self.auto_x)


if __name__ == "__main__":
    (Auto if "auto" in sys.argv[0] else Using)()
