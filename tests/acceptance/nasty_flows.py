"""Flows that Metaflow accepts and that are hard to read, by file name."""

from __future__ import annotations

NASTY = {
    "nested_foreach.py": """
        from metaflow import FlowSpec, step

        class NestedForeach(FlowSpec):
            @step
            def start(self):
                self.a = [1]
                self.next(self.outer, foreach="a")
            @step
            def outer(self):
                self.b = [2]
                self.next(self.inner, foreach='b')
            @step
            def inner(self): self.next(self.close_inner)
            @step
            def close_inner(self, inputs): self.next(self.close_outer)
            @step
            def close_outer(self, inputs): self.next(self.end)
            @step
            def end(self): pass
        """,
    "split_in_foreach.py": """
        import metaflow as mf

        class SplitInForeach(mf.FlowSpec):
            @mf.step
            def start(self):
                self.a = [1]
                self.next(self.split, foreach="a")
            @mf.step
            def split(self): self.next(self.left, self.right)
            @mf.step
            def left(self): self.next(self.merge)
            @mf.step
            def right(self): self.next(self.merge)
            @mf.step
            def merge(self, branches): self.next(self.collect)
            @mf.step
            def collect(self, tasks): self.next(self.end)
            @mf.step
            def end(self): print("done")
        """,
    "switches.py": """
        from metaflow import *

        class Switches(FlowSpec):
            settings = Config("settings", default_value={"fast": "f"})
            @step
            def start(self):
                self.kind = "a"
                self.next({"a": self.fast, "b": self.slow, 3: self.slow, True: self.fast}, condition="kind")
            @step
            def fast(self): self.next(self.again)
            @step
            def slow(self): self.next(self.again)
            @step
            def again(self):
                self.more = "no"
                self.next({"yes": self.again, "no": self.pick}, condition="more")
            @step
            def pick(self):
                self.next({self.settings.fast: self.one, "g": self.two}, condition="kind")
            @step
            def one(self): self.next(self.end)
            @step
            def two(self): self.next(self.end)
            @step
            def end(self): pass
        """,
    "switch_in_split.py": """
        from metaflow import FlowSpec, step

        class SwitchInSplit(FlowSpec):
            @step
            def start(self): self.next(self.left, self.right)
            @step
            def left(self):
                self.k = "a"
                self.next({"a": self.a, "b": self.b}, condition="k")
            @step
            def a(self): self.next(self.meet)
            @step
            def b(self): self.next(self.meet)
            @step
            def meet(self): self.next(self.close)
            @step
            def right(self): self.next(self.close)
            @step
            def close(self, inputs): self.next(self.end)
            @step
            def end(self): pass
        """,
    "num_parallel.py": """
        from metaflow import FlowSpec, step, parallel

        class NumParallel(FlowSpec):
            @step
            def start(self): self.next(self.train, num_parallel=4)
            @parallel
            @step
            def train(self): self.next(self.close)
            @step
            def close(self, inputs): self.next(self.end)
            @step
            def end(self): pass
        """,
    "computed_num_parallel.py": """
        from metaflow import FlowSpec, Parameter, parallel, step

        class ComputedNumParallel(FlowSpec):
            nodes = Parameter("nodes", default=2)
            @step
            def start(self): self.next(self.train, num_parallel=self.nodes)
            @parallel
            @step
            def train(self): self.next(self.close)
            @step
            def close(self, inputs): self.next(self.end)
            @step
            def end(self): pass
        """,
    "marked_endpoints.py": """
        from metaflow import FlowSpec, step

        class MarkedEndpoints(FlowSpec):
            @step(start=True)
            def load(self): self.next(self.work)
            @step
            def work(self): self.next(self.save)
            @step(end=True)
            def save(self): pass
        """,
    "single_step.py": """
        from metaflow import FlowSpec as Base, step as task

        class SingleStep(Base):
            @task
            def only(self):
                pass
        """,
    "single_marked_step.py": """
        from metaflow import FlowSpec, step

        class SingleMarkedStep(FlowSpec):
            @step(start=True, end=True)
            def only(self): pass
        """,
    "inherited/base.py": """
        from metaflow import FlowSpec, step

        class Base(FlowSpec):
            @step
            def start(self): self.next(self.middle)

            @step
            def middle(self): self.next(self.end)

            @step
            def end(self): pass
        """,
    "inherited/child.py": """
        from base import Base
        from metaflow import step

        class Mixin:
            @step
            def extra(self):
                self.next(self.end)

        class Child(Mixin, Base):
            @step
            def middle(self): self.next(self.extra)
        """,
    "crlf.py": '''
        from metaflow import FlowSpec, step

        class CrLf(FlowSpec):
            """Lines end
            with CR LF."""

            @step
            def start(self):
                """One
                two"""
                self.next(self.end)

            @step
            def end(self):
                pass
        ''',
    "many_decorators.py": """
        from metaflow import (
            FlowSpec, card, catch, environment, project,
            resources, retry, step, timeout,
        )

        @project(
            name="churn",
        )
        # between the decorator and the class
        class ManyDecorators(
            FlowSpec
        ):
            @retry(
                times=3,
                minutes_between_retries=0,
            )
            # why so often
            @timeout(seconds=60)

            @environment(vars={
                "A": "b",
            })
            @card
            @resources(memory=1, cpu=1)
            @step
            # and here
            def start(
                self,
            ):
                text = '''
        not indented
        '''
                self.next(
                    self.a,
                    self.b,
                )

            @step
            def a(self): self.x = 1; self.next(self.close)
            @catch(var="e")
            @step
            def b(self):
                if True:
                    self.next(self.start)
                def nested(self):
                    self.next(self.nowhere)
                self.next(self.close)
            @step
            def close(self, inputs):
                self.merge_artifacts(inputs)
                self.next(self.end)
            @step
            def end(self):
                "Done."
        """,
    "odd_layout.py": """
        from metaflow import FlowSpec, step
        if True:
            class OddLayout(FlowSpec):
                a = 1; b = 2
                if a:
                    @step
                    def start(self, *, unused=None):
                        (self.next(self.end))
                @step
                def end(self): ...
        """,
}
