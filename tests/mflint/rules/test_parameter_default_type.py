from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences

HEAD = (
    "from metaflow import Config, FlowSpec, IncludeFile, JSONType, Parameter, current, step\n"
    "import metaflow as mf; import os; from lib import count, name, either, maybe, nothing, later, computed\n"
)
LIB = """
def count(context): return len(context.flow_name)
def name(context): return context.flow_name + "x"
def either(context):
    if context.flow_name:
        return 1.5
    else:
        raise ValueError
def maybe(context):
    if context.flow_name:
        return 1
def nothing(context): pass
def later(context):
    yield 1
def computed(context):
    size = 3
    return size
"""
STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""


def flow(arguments: str) -> dict[str, str | bytes]:
    """A flow whose arguments begin at column 29 of line 4."""
    return {
        "flow.py": f"{HEAD}class F(FlowSpec):\n    value = Parameter('v', {arguments})\n{STEPS}",
        "lib.py": LIB,
    }


@pytest.mark.parametrize(
    ("default", "given"),
    [
        ("lambda _: True", "a bool"),
        ("lambda _: not current.is_production", "a bool"),
        ("lambda _: mf.current.is_production", "a bool"),
        ("lambda _: 'CI' in os.environ", "a bool"),
        ("lambda _: len(os.environ) > 3", "a bool"),
        ("lambda _: not x and y is None", "a bool"),
        ("lambda c: 3", "an int"),
        ("lambda *_: -3", "an int"),
        ("lambda _: len(os.environ)", "an int"),
        ("lambda _: int(os.environ['ROWS'])", "an int"),
        ("lambda _: 60 * 24", "an int"),
        ("lambda _: 1 if x else 2", "an int"),
        ("lambda _: 1 / 2", "a float"),
        ("lambda _: 2 * 0.5", "a float"),
        ("lambda _: float('nan')", "a float"),
        ("lambda _: None", "`None`"),
        ("lambda _: {'a': 1}", "a dict"),
        ("lambda _: [1, x]", "a list"),
        ("lambda _: [n for n in 'ab']", "a list"),
        ("lambda _: (1, 2)", "a tuple"),
        ("count", "an int"),
        ("either", "a float"),
    ],
)
def test_a_callable_that_gives_no_string_needs_a_type(tmp_path: Path, default: str, given: str) -> None:
    message = f"the default of `v` gives {given}, and Metaflow expects a str"
    assert check(tmp_path, flow(f"default={default}"), "MF213") == [(4, 36, message)]
    assert check(tmp_path, flow(default), "MF213") == [(4, 28, message)]


@pytest.mark.parametrize(
    ("arguments", "given", "expected"),
    [
        ("type=int, default=lambda _: True", "a bool", "an int"),
        ("type=int, default=lambda _: 1.5", "a float", "an int"),
        ("type=bool, default=lambda _: 'True'", "a str", "a bool"),
        ("type=str, default=lambda _: 3", "an int", "a str"),
        ("type=None, default=lambda _: 3", "an int", "a str"),
        ("type=JSONType, default=lambda _: {'a': 1}", "a dict", "a str"),
        ("type=mf.JSONType, default=lambda _: [1]", "a list", "a str"),
    ],
)
def test_a_callable_that_gives_another_type_than_the_one_declared_is_found(
    tmp_path: Path, arguments: str, given: str, expected: str
) -> None:
    column = 28 + arguments.index("lambda")
    message = f"the default of `v` gives {given}, and Metaflow expects {expected}"
    assert check(tmp_path, flow(arguments), "MF213") == [(4, column, message)]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param("default=3", id="a value, whose type Metaflow takes"),
        pytest.param("default=True", id="a value that is a bool"),
        pytest.param("type=bool, default=lambda _: not current.is_production", id="the type is given"),
        pytest.param("type=int, default=count", id="the type of a function is given"),
        pytest.param("type=float, default=lambda _: 3 / 4", id="a float"),
        pytest.param("type=str, default=lambda _: str(3)", id="a string"),
        pytest.param("type=JSONType, default=lambda _: '{}'", id="JSON text"),
        pytest.param("default=lambda _: 'a' + 'b'", id="strings put together"),
        pytest.param("default=lambda _: '%s' % x", id="a formatted string"),
        pytest.param("default=lambda _: f'{x}'", id="an f-string"),
        pytest.param("default=lambda _: b'a'", id="bytes, which Metaflow takes for text"),
        pytest.param("default=lambda c: c.user_name", id="an attribute"),
        pytest.param("default=lambda _: os.environ.get('A')", id="a call from outside"),
        pytest.param("default=lambda _: x == y", id="a comparison that a class may define"),
        pytest.param("default=lambda _: x + 1", id="a sum that a class may define"),
        pytest.param("default=lambda _: 1 if x else 'a'", id="two types"),
        pytest.param("default=lambda _: x or 1", id="one side is not known"),
        pytest.param("default=lambda len: len('abc')", id="a name that the lambda binds"),
        pytest.param("default=lambda current: current.is_production", id="current is bound"),
        pytest.param("default=name", id="a function that may give a string"),
        pytest.param("default=maybe", id="a function that may come to its end"),
        pytest.param("default=nothing", id="a function without return"),
        pytest.param("default=later", id="a generator"),
        pytest.param("default=computed", id="a function with a local name"),
        pytest.param("default=unknown", id="a name that nothing binds"),
        pytest.param("type=kind, default=lambda _: 3", id="a type that is computed"),
        pytest.param("default=lambda _: 3, **options", id="arguments that are computed"),
    ],
)
def test_other_defaults_are_left_alone(tmp_path: Path, arguments: str) -> None:
    assert check(tmp_path, flow(arguments), "MF213") == []
    assert silences(tmp_path, flow(arguments), "MF213") == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("v = Config('v', default=lambda _: 3)", id="a Config"),
        pytest.param("v = IncludeFile('v', default=lambda _: 3)", id="a file to include"),
    ],
)
def test_only_parameters_count(tmp_path: Path, line: str) -> None:
    assert check(tmp_path, {"flow.py": f"{HEAD}class F(FlowSpec):\n    {line}\n{STEPS}"}, "MF213") == []


def test_where_the_flow_may_be_changed_the_rule_is_silent(tmp_path: Path) -> None:
    code = f"{HEAD}@os.change\nclass F(FlowSpec):\n    v = Parameter('v', default=lambda _: 3)\n{STEPS}"
    assert check(tmp_path, {"flow.py": code}, "MF213") == []
    assert silences(tmp_path, {"flow.py": code}, "MF213") == [
        "MF213 [parameter-default-type]: @os.change may change the flow"
    ]


def test_a_default_in_an_expression_of_a_thousand_terms_is_left_alone(tmp_path: Path) -> None:
    terms = " + ".join(["1"] * 900)
    assert check(tmp_path, flow(f"default=lambda _: {terms}"), "MF213") == []
