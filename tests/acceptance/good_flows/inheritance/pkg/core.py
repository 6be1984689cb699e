from __future__ import annotations
from typing import TypeVar
from metaflow import FlowSpec, Parameter, project, step

T = TypeVar("T")


def configure(flow, **kw):
    for k, v in kw.items():
        setattr(flow, k, v)


def setup(flow):
    flow.from_setup = 1


def merge(flow, inputs):
    flow.merge_artifacts(inputs, exclude=["part_result"])


class Mixin:
    """Says little."""

    def prepare(self):
        setup(self)
        self.prepared = True

    def _merge(self, inputs):
        merge(self, inputs)


class Wrapped:
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)

    def __getattr__(self, name):
        if name.startswith("auto_"):
            return name
        raise AttributeError(name)


@project(name="base")
class Core(Mixin, FlowSpec):
    verbose = Parameter("verbose", default=False)

    def log(self, *a):
        if self.verbose:
            print(*a)

    @step
    def start(self):
        """Says little."""
        self.prepare()
        self.parts = self.get_parts()
        self.next(self.part, foreach="parts")

    def get_parts(self):
        return []

    def handle(self, x):
        raise NotImplementedError

    @step
    def part(self):
        self.part_result = self.handle(self.input)
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self.results = [i.part_result for i in inputs]
        self._merge(inputs)
        self.next(self.end)

    @step
    def end(self):
        """Says little."""
