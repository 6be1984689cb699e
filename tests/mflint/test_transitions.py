from __future__ import annotations

import pytest

from mflint.model import Transition, TransitionKind
from tests.mflint.flow_projects import read

KIND = TransitionKind


def transitions(body: str) -> tuple[Transition, ...]:
    lines = "\n".join(f"        {line}" for line in body.splitlines())
    return read(f"class F:\n    def start(self):\n{lines}\n").classes[0].functions[0].transitions


@pytest.mark.parametrize(
    ("call", "kind", "targets"),
    [
        ("self.next(self.a)", KIND.LINEAR, ("a",)),
        ("(self.next((self.a)))", KIND.LINEAR, ("a",)),
        ("self.next(self.a, self.b)", KIND.SPLIT, ("a", "b")),
        ("self.next(\n    self.a,  # one\n    self.b,\n)", KIND.SPLIT, ("a", "b")),
        ("self.next(self.a, foreach='x')", KIND.FOREACH, ("a",)),
        ("self.next(self.a, foreach=x)", KIND.FOREACH, ("a",)),
        ("self.next(self.a, num_parallel=4)", KIND.NUM_PARALLEL, ("a",)),
        ("self.next({'x': self.a, 'y': self.b}, condition='c')", KIND.SWITCH, ("a", "b")),
        ("self.next({'x': self.a, 1: self.a}, condition='c')", KIND.SWITCH, ("a", "a")),
        ("self.next({self.config.x: self.a, True: self.b}, condition='c')", KIND.SWITCH, ("a", "b")),
        ("self.next()", KIND.INVALID, ()),
        ("self.next('a')", KIND.INVALID, ()),
        ("self.next(a)", KIND.INVALID, ()),
        ("self.next(*self.steps)", KIND.INVALID, ()),
        ("self.next(self.a, **options)", KIND.INVALID, ("a",)),
        ("self.next(self.a, self.b, foreach='x')", KIND.INVALID, ("a", "b")),
        ("self.next(self.a, foreach='x', num_parallel=2)", KIND.INVALID, ("a",)),
        ("self.next(self.a, condition='c')", KIND.INVALID, ("a",)),
        ("self.next({'x': self.a})", KIND.INVALID, ()),
        ("self.next({'x': self.a}, condition=c)", KIND.INVALID, ("a",)),
        ("self.next({x: self.a}, condition='c')", KIND.INVALID, ()),
        ("self.next({-1: self.a}, condition='c')", KIND.INVALID, ()),
        ("self.next({None: self.a}, condition='c')", KIND.INVALID, ()),
        ("self.next({'x': a}, condition='c')", KIND.INVALID, ()),
        ("self.next({**cases}, condition='c')", KIND.INVALID, ()),
        ("self.next({}, condition='c')", KIND.INVALID, ()),
    ],
)
def test_each_form_of_next_is_read_as_metaflow_reads_it(
    call: str, kind: TransitionKind, targets: tuple[str, ...]
) -> None:
    (found,) = transitions(call)
    assert (found.kind, found.targets, found.tail) == (kind, targets, True)


@pytest.mark.parametrize(
    ("call", "foreach", "num_parallel", "condition", "cases"),
    [
        ("self.next(self.a, foreach='x' 'y')", "xy", None, None, {}),
        ("self.next(self.a, foreach=x)", None, None, None, {}),
        ("self.next(self.a, num_parallel=4)", None, 4, None, {}),
        ("self.next(self.a, num_parallel=self.n)", None, None, None, {}),
        (
            "self.next({'x': self.a, 2: self.b, self.c.d: self.e}, condition='k')",
            None,
            None,
            "k",
            {"x": "a", 2: "b", "config:c.d": "e"},
        ),
    ],
)
def test_the_literals_of_next_are_kept(
    call: str, foreach: object, num_parallel: object, condition: str | None, cases: dict[object, str]
) -> None:
    (found,) = transitions(call)
    assert (found.foreach, found.num_parallel, found.condition) == (foreach, num_parallel, condition)
    assert found.cases == cases


@pytest.mark.parametrize(
    ("body", "tails"),
    [
        ("self.next(self.a)\nself.next(self.b)", [False, True]),
        ("if x:\n    self.next(self.a)\nelse:\n    self.next(self.b)", [False, False]),
        ("self.next(self.a)\nreturn", [False]),
        ("return self.next(self.a)", [False]),
        ("x = 1; self.next(self.a)", [True]),
        ("def f():\n    self.next(self.a)\nself.next(self.b)", [True, False]),
        ("other.next(self.a)", []),
        ("self.next.a(self.b)", []),
        ("class C:\n    def f(self): self.next(self.a)", []),
    ],
)
def test_only_a_next_that_ends_the_step_counts(body: str, tails: list[bool]) -> None:
    assert [found.tail for found in transitions(body)] == tails


def test_metaflow_reads_next_only_on_a_parameter_called_self() -> None:
    (klass,) = read("class F:\n    def start(this):\n        this.next(this.a)\n").classes
    assert klass.functions[0].tail is None
