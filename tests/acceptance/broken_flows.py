"""Flows that Metaflow refuses, one for each of its checks and for each transition that it cannot read.

Each text given to `flow` is one step: its name, its arguments where they are not `self`, and its body.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent, indent

Found = tuple[str, int, int]


@dataclass(frozen=True)
class Broken:
    """A source that Metaflow refuses, and exactly what mflint finds in it."""

    source: str
    found: tuple[Found, ...]


def flow(*steps: str) -> str:
    """A flow of such steps: its class stands in line 3, the `def`s of the steps in 5, 8, …"""
    body = "".join(indent(_step(step), "    ") for step in steps)
    return f"import metaflow\nfrom metaflow import *\nclass TheFlow(FlowSpec):\n{body}"


def _step(text: str) -> str:
    head, _, exit_ = text.partition(":")
    name, _, arguments = head.strip().partition(" ")
    signature = arguments if arguments else "self"
    signature = "" if signature == "-" else signature
    lines = exit_.strip() or "pass"
    return f"@step\ndef {name}({signature}):\n    {lines}\n"


def go(*targets: str, more: str = "") -> str:
    return "self.next(" + ", ".join([f"self.{t}" for t in targets] + [more][: bool(more)]) + ")"


END = "end:"
START = "start: " + go("end")


def _graph(*steps: str, found: tuple[Found, ...]) -> Broken:
    return Broken(flow(*steps), found)


def _text(source: str, *found: Found) -> Broken:
    return Broken("import metaflow\nfrom metaflow import *\n" + dedent(source).lstrip("\n"), found)


def _exit(code: str) -> str:
    return flow(f"start: {code}", "a: " + go("end"), "b: " + go("end"), END)


SWITCH = ', condition="k")'

BROKEN = {
    "reserved": _graph("start: " + go("input"), "input: " + go("end"), END, found=(("MF515", 8, 9),)),
    "no_start": _graph("begin: " + go("end"), END, found=(("MF501", 3, 7),)),
    "no_end": _graph("start: " + go("finish"), "finish:", found=(("MF502", 3, 7),)),
    "no_end_named": _graph(
        "start: " + go("end"), "a: " + go("start"), found=(("MF502", 3, 7), ("MF507", 8, 9))
    ),
    "no_start_no_end": _graph("a: " + go("b"), "b:", found=(("MF501", 3, 7), ("MF502", 3, 7))),
    "no_end_cycle": _graph("start: " + go("a"), "a: " + go("start"), found=(("MF502", 3, 7),)),
    "start_incoming": _graph("start: " + go("a"), "a: " + go("start"), END, found=(("MF519", 5, 9),)),
    "end_next": _graph(START, "end: " + go("start"), found=(("MF517", 8, 9),)),
    "end_invalid_next": _graph(START, "end: self.next()", found=(("MF517", 8, 9),)),
    "only_repeats": _graph("only: " + go("only"), found=(("MF517", 5, 9),)),
    "end_join": _graph(START, "end self, inputs:", found=(("MF520", 8, 9),)),
    "upper_case": _graph("start: " + go("aB"), "aB: " + go("end"), END, found=(("MF516", 8, 9),)),
    "underscore": _graph("start: " + go("_a"), "_a: " + go("end"), END, found=(("MF516", 8, 9),)),
    "three_arguments": _graph(
        "start: " + go("a"), "a self, x, y: " + go("end"), END, found=(("MF509", 8, 9),)
    ),
    "no_arguments": _graph("start: " + go("a"), "a -: " + go("end"), END, found=(("MF509", 8, 9),)),
    "positional_only": _graph("start: " + go("a"), "a self, /: " + go("end"), END, found=(("MF509", 8, 9),)),
    "star_inputs": _graph(
        "start: " + go("a", "b"),
        "a: " + go("j"),
        "b: " + go("j"),
        "j self, *inputs: " + go("end"),
        END,
        found=(("MF509", 14, 9),),
    ),
    "join_and_split": _graph(
        "start: " + go("a", "b"),
        "a: " + go("j"),
        "b: " + go("j"),
        "j self, inputs: " + go("c", "d"),
        "c: " + go("k"),
        "d: " + go("k"),
        "k self, inputs: " + go("end"),
        END,
        found=(("MF521", 14, 9),),
    ),
    "join_and_foreach": _graph(
        "start: " + go("a", "b"),
        "a: " + go("j"),
        "b: " + go("j"),
        "j self, inputs: " + go("c", more='foreach="x"'),
        "c: " + go("k"),
        "k self, inputs: " + go("end"),
        END,
        found=(("MF521", 14, 9),),
    ),
    "join_and_switch": _graph(
        "start: " + go("a", "b"),
        "a: " + go("j"),
        "b: " + go("j"),
        'j self, inputs: self.next({"x": self.c, "y": self.end}' + SWITCH,
        "c: " + go("end"),
        END,
        found=(("MF521", 14, 9),),
    ),
    "missing_next": _graph("start: " + go("a"), "a:", END, found=(("MF503", 8, 9),)),
    "two_missing_next": _graph(
        "start:", "a:", END, found=(("MF503", 5, 9), ("MF503", 8, 9), ("MF507", 8, 9))
    ),
    "not_self": _graph("start this: this.next(this.end)", END, found=(("MF503", 5, 9),)),
    "next_in_if": _graph("start: self.x = 1", END, found=(("MF503", 5, 9),)),
    "next_in_branch": _text(
        """
        class TheFlow(FlowSpec):
            @step
            def start(self):
                if self.x:
                    self.next(self.end)
            @step
            def end(self): pass
        """,
        ("MF504", 7, 13),
    ),
    "next_before_print": _text(
        """
        class TheFlow(FlowSpec):
            @step
            def start(self):
                self.next(self.end)
                print()
            @step
            def end(self): pass
        """,
        ("MF504", 6, 9),
    ),
    "returned_next": _graph("start: return self.next(self.end)", END, found=(("MF504", 6, 16),)),
    "assigned_next": _graph("start: x = self.next(self.end)", END, found=(("MF504", 6, 13),)),
    "unknown_target": _graph(
        "start: " + go("nowhere"), "a: " + go("end"), END, found=(("MF505", 6, 19), ("MF507", 8, 9))
    ),
    "two_unknown_targets": _graph(
        "start: " + go("here", "there"), END, found=(("MF505", 6, 19), ("MF505", 6, 30))
    ),
    "method_as_target": _text(
        """
        class TheFlow(FlowSpec):
            @step
            def start(self): self.next(self.work)
            def work(self): self.next(self.end)
            @step
            def end(self): pass
        """,
        ("MF505", 5, 32),
    ),
    "parameter_as_target": _text(
        """
        class TheFlow(FlowSpec):
            x = Parameter("x")
            @step
            def start(self): self.next(self.x)
            @step
            def end(self): pass
        """,
        ("MF505", 6, 32),
    ),
    "nothing_named": Broken(_exit("self.next()"), (("MF506", 6, 9), ("MF507", 8, 9), ("MF507", 11, 9))),
    "starred": Broken(_exit("self.next(self.a, self.b, *[])"), (("MF506", 6, 9),)),
    "double_starred": Broken(_exit("self.next(self.a, self.b, **{})"), (("MF506", 6, 9),)),
    "computed": Broken(_exit("self.next((self.a or self.b))"), (("MF506", 6, 9),)),
    "called": Broken(
        _exit('self.next(getattr(self, "a"))'), (("MF506", 6, 9), ("MF507", 8, 9), ("MF507", 11, 9))
    ),
    "foreach_of_two": Broken(_exit('self.next(self.a, self.b, foreach="x")'), (("MF506", 6, 9),)),
    "num_parallel_of_two": Broken(_exit("self.next(self.a, self.b, num_parallel=2)"), (("MF506", 6, 9),)),
    "both_keywords": Broken(
        _exit('self.next(self.a, foreach="x", num_parallel=2)'), (("MF506", 6, 9), ("MF507", 11, 9))
    ),
    "unknown_keyword": Broken(_exit("self.next(self.a, self.b, when=1)"), (("MF506", 6, 9),)),
    "switch_without_condition": Broken(_exit('self.next({"x": self.a, "y": self.b})'), (("MF513", 6, 9),)),
    "condition_without_switch": Broken(_exit("self.next(self.a, self.b" + SWITCH), (("MF513", 6, 9),)),
    "switch_computed_key": Broken(_exit("self.next({KEY: self.a, 2: self.b}" + SWITCH), (("MF513", 6, 9),)),
    "switch_negative_key": Broken(_exit("self.next({-1: self.a, 2: self.b}" + SWITCH), (("MF513", 6, 9),)),
    "switch_none_key": Broken(_exit("self.next({None: self.a, 2: self.b}" + SWITCH), (("MF513", 6, 9),)),
    "switch_f_string": Broken(_exit('self.next({f"x": self.a, 2: self.b}' + SWITCH), (("MF513", 6, 9),)),
    "switch_attribute_key": Broken(
        _exit("self.next({self.x: self.a, 2: self.b}" + SWITCH), (("MF513", 6, 9),)
    ),
    "switch_unpacked": Broken(_exit("self.next({**{}, 1: self.a, 2: self.b}" + SWITCH), (("MF513", 6, 9),)),
    "switch_starred": Broken(_exit("self.next({1: self.a, 2: self.b}, *[]" + SWITCH), (("MF513", 6, 9),)),
    "switch_empty": Broken(
        _exit("self.next({}" + SWITCH), (("MF507", 8, 9), ("MF507", 11, 9), ("MF513", 6, 9))
    ),
    "switch_one_case": _graph('start: self.next({"x": self.end}' + SWITCH, END, found=(("MF513", 6, 9),)),
    "switch_same_keys": _graph(
        'start: self.next({"x": self.a, "x": self.end}' + SWITCH,
        "a: " + go("end"),
        END,
        found=(("MF507", 8, 9), ("MF513", 6, 9)),
    ),
    "switch_computed_condition": Broken(
        _exit("self.next({1: self.a, 2: self.b}, condition=self.k)"), (("MF513", 6, 9),)
    ),
    "switch_empty_condition": Broken(
        _exit('self.next({1: self.a, 2: self.b}, condition="")'), (("MF513", 6, 9),)
    ),
    "switch_into_join": _graph(
        "start: " + go("a", "b"),
        'a: self.next({"x": self.j, "y": self.c}' + SWITCH,
        "b: " + go("j"),
        "c: " + go("j"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF513", 9, 9),),
    ),
    "cycle": _graph("start: " + go("a"), "a: " + go("b"), "b: " + go("a"), END, found=(("MF508", 11, 9),)),
    "self_cycle": _graph("start: " + go("a"), "a: " + go("a"), END, found=(("MF508", 8, 9),)),
    "orphan_cycle": _graph(START, "a: " + go("b"), "b: " + go("a"), END, found=(("MF508", 11, 9),)),
    "orphan": _graph(START, "a: " + go("b"), "b: " + go("end"), END, found=(("MF507", 8, 9),)),
    "unreachable_end": _graph(
        "start: self.next({1: self.a, 2: self.a}" + SWITCH,
        "a: self.next({1: self.a, 2: self.a}" + SWITCH,
        END,
        found=(("MF507", 11, 9),),
    ),
    "never_joined": _graph(
        "start: " + go("a", "b"), "a: " + go("end"), "b: " + go("end"), END, found=(("MF510", 5, 9),)
    ),
    "foreach_never_joined": _graph(
        "start: " + go("a", more='foreach="x"'), "a: " + go("end"), END, found=(("MF510", 5, 9),)
    ),
    "join_without_inputs": _graph(
        "start: " + go("a", "b"),
        "a: " + go("j"),
        "b: " + go("j"),
        "j: " + go("end"),
        END,
        found=(("MF509", 14, 9),),
    ),
    "linear_with_inputs": _graph(
        "start: " + go("a"), "a self, inputs: " + go("end"), END, found=(("MF509", 8, 9),)
    ),
    "start_with_inputs": _graph("start self, inputs: " + go("end"), END, found=(("MF509", 5, 9),)),
    "needless_inputs_in_branch": _graph(
        "start: " + go("a", "b"),
        "a: " + go("c"),
        "c self, inputs: " + go("j"),
        "b: " + go("j"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF509", 11, 9),),
    ),
    "join_without_split": _graph(
        "start: self.next({1: self.a, 2: self.b}" + SWITCH,
        "a: " + go("j"),
        "b: " + go("j"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF510", 14, 9),),
    ),
    "incomplete_join": _graph(
        "start: " + go("a", "b", "c"),
        "a: " + go("j"),
        "b: " + go("j"),
        "c: " + go("end"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF510", 5, 9),),
    ),
    "straight_into_join": _graph(
        "start: " + go("a", "j"),
        "a: " + go("j"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF510", 11, 9),),
    ),
    "same_step_twice": _graph(
        "start: " + go("a", "a"),
        "a: " + go("j"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF510", 11, 9),),
    ),
    "mixed_join": _graph(
        "start: " + go("a", "b"),
        "a: " + go("c", "d"),
        "b: " + go("j"),
        "c: " + go("j"),
        "d: " + go("j"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF511", 20, 9),),
    ),
    "cross_join": _graph(
        "start: " + go("a", more='foreach="x"'),
        "a: " + go("c", "b"),
        "b self, inputs: " + go("c", "d"),
        "c: " + go("d"),
        "d self, inputs: " + go("end"),
        END,
        found=(("MF521", 11, 9),),
    ),
    "empty_foreach": _graph(
        "start: " + go("j", more='foreach="x"'), "j self, inputs: " + go("end"), END, found=(("MF512", 5, 9),)
    ),
    "inputs_below_foreach": _graph(
        "start: " + go("a", more='foreach="x"'),
        "a self, inputs: " + go("j"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF512", 5, 9),),
    ),
    "orphaned_branch": _graph(
        "start: " + go("c"),
        "a: " + go("j"),
        "c: " + go("j"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF507", 8, 9),),
    ),
    "orphaned_join": _graph(
        "start: " + go("a", more='foreach="x"'),
        "a: " + go("end"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF507", 11, 9),),
    ),
    "three_causes": _graph(
        "start: " + go("a", "b", "c"),
        "a: " + go("end"),
        "b: " + go("end"),
        "c: " + go("end"),
        "name: " + go("end"),
        END,
        found=(("MF507", 17, 9), ("MF510", 5, 9), ("MF515", 17, 9)),
    ),
    "not_parallel": _graph(
        "start: " + go("a", more="num_parallel=2"),
        "a: " + go("j"),
        "j self, inputs: " + go("end"),
        END,
        found=(("MF514", 5, 9),),
    ),
    "several_starts": _text(
        """
        class TheFlow(FlowSpec):
            @step(start=True)
            def a(self): self.next(self.end)
            @step(start=True)
            def b(self): self.next(self.end)
            @step
            def end(self): pass
        """,
        ("MF518", 7, 9),
    ),
    "several_ends": _text(
        """
        class TheFlow(FlowSpec):
            @step
            def start(self): self.next({1: self.a, 2: self.b}, condition="k")
            @step(end=True)
            def a(self): pass
            @step(end=True)
            def b(self): pass
        """,
        ("MF518", 9, 9),
    ),
    "start_twice": _text(
        """
        class TheFlow(FlowSpec):
            @step(start=True)
            def a(self): self.next(self.start)
            @step
            def start(self): self.next(self.end)
            @step
            def end(self): pass
        """,
        ("MF518", 5, 9),
    ),
    "end_twice": _text(
        """
        class TheFlow(FlowSpec):
            @step
            def start(self): self.next(self.end)
            @step
            def end(self): self.next(self.a)
            @step(end=True)
            def a(self): pass
        """,
        ("MF518", 9, 9),
    ),
}


def _decorated(step_decorators: str, class_decorators: str, *found: Found) -> Broken:
    above = dedent(step_decorators).strip("\n")
    source = f"{class_decorators}class TheFlow(FlowSpec):\n{indent(above, '    ')}\n"
    return _text(
        source + "    def start(self): self.next(self.end)\n    @step\n    def end(self): pass\n", *found
    )


BROKEN |= {
    "parallel_by_foreach": _text(
        """
        class TheFlow(FlowSpec):
            @step
            def start(self): self.next(self.a, foreach="x")
            @parallel
            @step
            def a(self): self.next(self.j)
            @step
            def j(self, inputs): self.next(self.end)
            @step
            def end(self): pass
        """,
        ("MF514", 8, 9),
    ),
    "parallel_without_join": _text(
        """
        class TheFlow(FlowSpec):
            @step
            def start(self): self.next(self.a, num_parallel=2)
            @parallel
            @step
            def a(self): self.next(self.j)
            @step
            def j(self): self.next(self.end)
            @step
            def end(self): pass
        """,
        ("MF514", 8, 9),
    ),
    "parallel_end": _text(
        """
        class TheFlow(FlowSpec):
            @parallel
            @step
            def only(self): pass
        """,
        ("MF514", 6, 9),
    ),
    "retry_twice": _decorated("@retry\n@timeout(seconds=1)\n@retry\n@step", "", ("MF522", 4, 5)),
    "below_step": _decorated("@step\n@retry(times=1)", "", ("MF522", 5, 5)),
    "flow_decorator_on_step": _decorated('@project(name="x")\n@step', "", ("MF522", 4, 5)),
    "bare_flow_decorator_on_step": _decorated("@schedule\n@step", "", ("MF522", 4, 5)),
    "step_decorator_on_flow": _decorated("@step", "@retry\n", ("MF522", 3, 1)),
    "called_step_decorator_on_flow": _decorated("@step", "@metaflow.retry(times=2)\n", ("MF522", 3, 1)),
    "project_twice": _decorated("@step", '@project(name="a")\n@project(name="b")\n', ("MF522", 3, 1)),
    "unknown_attribute": _decorated("@retry(time=3)\n@step", "", ("MF522", 4, 5)),
    "unknown_flow_attribute": _decorated("@step", '@project(nam="a")\n', ("MF522", 3, 1)),
    "unknown_conda_attribute": _decorated("@conda(library={})\n@step", "", ("MF522", 4, 5)),
    "positional_argument": _decorated("@retry(3)\n@step", "", ("MF522", 4, 5)),
    "positional_flow_argument": _decorated("@step", '@project("a")\n', ("MF522", 3, 1)),
    "decorator_on_method": _text(
        """
        class TheFlow(FlowSpec):
            @retry
            def helper(self): pass
            @step
            def start(self): self.next(self.end)
            @step
            def end(self): pass
        """,
        ("MF522", 4, 5),
    ),
    "inherited_project": _text(
        """
        @project(name="a")
        class Base(FlowSpec):
            pass
        @project(name="b")
        class TheFlow(Base):
            @step
            def only(self): pass
        """,
        ("MF522", 6, 1),
    ),
}

RISKY = {
    "coroutine": _text(
        """
        class TheFlow(FlowSpec):
            @step
            async def start(self): self.next(self.end)
            @step
            def end(self): pass
        """,
        ("MF523", 5, 15),
    ),
    "generator": _text(
        """
        class TheFlow(FlowSpec):
            @step
            def start(self):
                yield 1
                self.next(self.end)
            @step
            def end(self): pass
        """,
        ("MF523", 5, 9),
    ),
    "same_name": _text(
        """
        class TheFlow(FlowSpec):
            @step
            def start(self): self.next(self.a)
            @step
            def a(self): self.next(self.end)
            @step
            def a(self): self.next(self.end)
            @step
            def end(self): pass
        """,
        ("MF518", 7, 9),
    ),
}
"""What Metaflow takes, and fails when run or loses a step."""

GOOD = {
    "next_in_end.py": """
        from metaflow import *
        class TheFlow(FlowSpec):
            @step
            def start(self): self.next(self.end)
            @step
            def end(self):
                if self.x:
                    self.next(self.start)
        """,
    "crossed_branches.py": flow(
        "start: " + go("a", "b"),
        "a: self.next({1: self.c, 2: self.d}" + SWITCH,
        "b: " + go("c"),
        "c: " + go("j"),
        "d: " + go("j"),
        "j self, inputs: " + go("end"),
        END,
    ),
    "nested_generator.py": """
        from metaflow import *
        class TheFlow(FlowSpec):
            @step
            def start(self):
                def numbers():
                    yield 1
                self.x = list(n for n in numbers())
                self.next(self.end)
            @step
            def end(self): pass
        """,
    "many_cards.py": """
        from metaflow import *
        @exit_hook(on_success=[])
        @exit_hook(on_error=[])
        @project(name="x")
        class TheFlow(FlowSpec):
            @card(type="blank")
            @card(id="b", options={})
            @kubernetes(cpu=1, gpu_vendor="x", tmpfs_size=1)
            @batch(trainium=1, efs_volumes=[])
            @conda(packages={}, python="3.9")
            @secrets(sources=[])
            @step
            def only(self): pass
        """,
    "base_and_child.py": """
        from metaflow import *
        class Base(FlowSpec):
            @step
            def work(self): self.next(self.end)
            @step
            def end(self): pass
        class Child(Base):
            @step
            def start(self): self.next(self.work)
        """,
    "wrapped.py": """
        from functools import wraps
        from metaflow import *
        def logged(f):
            @wraps(f)
            def inner(self): return f(self)
            return inner
        class TheFlow(FlowSpec):
            @logged
            @step
            def start(self): self.next(self.end)
            @step
            @logged
            def end(self): pass
        """,
    "attribute_targets.py": flow("start: self.next(other.end)", END),
    "keyword_only.py": flow("start self, *, x=1: " + go("end"), END),
    "own_self.py": flow("start this: " + go("end"), END),
    "parallel_framework.py": """
        from metaflow import *
        class TheFlow(FlowSpec):
            @step
            def start(self): self.next(self.a, num_parallel=2)
            @pytorch_parallel(master_port=1)
            @step
            def a(self): self.next(self.j)
            @step
            def j(self, inputs): self.next(self.end)
            @step
            def end(self): pass
        """,
}
"""What Metaflow takes, although it looks wrong."""
