from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check
from tests.mflint.rules.artifacts.flows import flow, found, silent

ATTRIBUTES = """
p = Parameter("p", default=1)
c = Config("c", default_value="{}")
i = IncludeFile("i")
CONST = 5
LIST: list = [1]
TEXT = "a" + "b"
declared: int
_private = 5
Model = SomeClass
made = make()
function = lambda self: 1
class Inner: pass
if CONST:
    sometimes = 1
"""
CONSTANT = "a constant of the class"


def message(name: str, what: str, verb: str = "assigns to") -> str:
    return f"step `start` {verb} `self.{name}`, {what}, which is read-only"


@pytest.mark.parametrize(
    ("statement", "name", "what"),
    [
        ("self.p = 2", "p", "the Parameter `p`"),
        ("self.p += 2", "p", "the Parameter `p`"),
        ("self.p: int = 2", "p", "the Parameter `p`"),
        ("self.p, y = 1, 2", "p", "the Parameter `p`"),
        ("for self.p in [1]: pass", "p", "the Parameter `p`"),
        ("with open('a') as self.p: pass", "p", "the Parameter `p`"),
        ("setattr(self, 'p', 1)", "p", "the Parameter `p`"),
        ("if y: self.p = 2", "p", "the Parameter `p`"),
        ("self.c = {}", "c", "the Config `c`"),
        ("self.i = ''", "i", "the IncludeFile `i`"),
        ("self.CONST = 1", "CONST", CONSTANT),
        ("self.LIST = []", "LIST", CONSTANT),
        ("self.TEXT += 'c'", "TEXT", CONSTANT),
    ],
)
def test_an_assignment_to_what_is_read_only_is_found(
    tmp_path: Path, statement: str, name: str, what: str
) -> None:
    messages = [
        line.partition(": ")[2] for line in found(tmp_path, flow(statement, attributes=ATTRIBUTES), "MF406")
    ]
    assert [m[m.index("step") :] for m in messages] == [message(name, what)]


@pytest.mark.parametrize("statement", ["del self.p", "delattr(self, 'p')"])
def test_a_deletion_is_found(tmp_path: Path, statement: str) -> None:
    files = flow(statement, attributes=ATTRIBUTES)
    expected = message("p", "the Parameter `p`", "deletes")
    assert found(tmp_path, files, "MF406") == [f"{statement}: {expected}"]


@pytest.mark.parametrize(
    "statement",
    [
        "self.other = 1",
        "self.declared = 1",
        "self._private = 1",
        "self.function = 1",
        "self.p['a'] = 1",
        "self.p.a = 1",
        "p = 1",
        "print(self.p)",
        "self.p: int",
        "def later():\n    self.p = 1",
        "try:\n    self.p = 1\nexcept AttributeError:\n    pass",
        "try:\n    self.p = 1\nexcept (KeyError, Exception):\n    pass",
        "try:\n    self.p = 1\nexcept EXPECTED:\n    pass",
        "try:\n    self.p = 1\nexcept:\n    pass",
        "from contextlib import suppress\nwith suppress(AttributeError):\n    self.p = 1",
    ],
)
def test_what_does_no_harm_is_fine(tmp_path: Path, statement: str) -> None:
    files = flow(statement, attributes=ATTRIBUTES)
    assert found(tmp_path, files, "MF406") == []
    assert silent(tmp_path, files, "MF406") == []


@pytest.mark.parametrize("name", ["Model", "made", "Inner", "sometimes"])
def test_what_may_be_no_constant_leaves_it_open(tmp_path: Path, name: str) -> None:
    files = flow(f"self.{name} = 1", attributes=ATTRIBUTES)
    assert found(tmp_path, files, "MF406") == []
    assert silent(tmp_path, files, "MF406") == [f"the source does not tell whether `{name}` is a constant"]


def test_the_handler_of_another_error_does_not_help(tmp_path: Path) -> None:
    files = flow("try:\n    self.p = 1\nexcept KeyError:\n    self.p = 2", attributes=ATTRIBUTES)
    expected = message("p", "the Parameter `p`")
    assert found(tmp_path, files, "MF406") == [f"self.p = 1: {expected}", f"self.p = 2: {expected}"]


def test_the_handler_itself_is_not_guarded(tmp_path: Path) -> None:
    files = flow("try:\n    pass\nexcept AttributeError:\n    self.p = 2", attributes=ATTRIBUTES)
    assert found(tmp_path, files, "MF406") == [f"self.p = 2: {message('p', 'the Parameter `p`')}"]


def test_a_parameter_on_a_condition_leaves_it_open(tmp_path: Path) -> None:
    files = flow("self.q = 1", attributes="if DEBUG:\n    q = Parameter('q')")
    assert silent(tmp_path, files, "MF406") == ["`q` depends on a condition"]


def test_a_method_counts_where_a_step_calls_it(tmp_path: Path) -> None:
    methods = "def used(self):\n    self.p = 1\ndef unused(self):\n    self.p = 2"
    files = flow("self.used()", attributes=ATTRIBUTES, methods=methods)
    assert found(tmp_path, files, "MF406") == [f"self.p = 1: {message('p', 'the Parameter `p`')}"]


def test_parameters_and_constants_may_be_inherited(tmp_path: Path) -> None:
    files = flow(
        "self.p = 1\nself.hidden = 2", attributes="def hidden(self): pass", imports="from base import Base"
    )
    files["flow.py"] = str(files["flow.py"]).replace("F(FlowSpec)", "F(Base)")
    files["base.py"] = (
        "from metaflow import FlowSpec, Parameter\n"
        "class Base(FlowSpec):\n    p = Parameter('p')\n    hidden = 1\n"
    )
    assert found(tmp_path, files, "MF406") == [f"self.p = 1: {message('p', 'the Parameter `p`')}"]


def test_a_base_class_does_not_know_what_its_flows_declare(tmp_path: Path) -> None:
    files = flow("pass", attributes="p = Parameter('p')", imports="from base import Base")
    files["flow.py"] = str(files["flow.py"]).replace("F(FlowSpec)", "F(Base)")
    files["base.py"] = (
        "from metaflow import FlowSpec, step\n"
        "class Base(FlowSpec):\n    @step\n    def start(self):\n        self.p = 1\n"
    )
    assert check(tmp_path, files, "MF406", path="base.py") == []


def test_a_base_class_from_outside_leaves_it_open(tmp_path: Path) -> None:
    files = flow("self.p = 1", attributes="p = Parameter('p')", imports="from mystery import Base")
    files["flow.py"] = str(files["flow.py"]).replace("F(FlowSpec)", "F(Base, FlowSpec)")
    assert silent(tmp_path, files, "MF406") == ["base class Base of F is not in the project's source"]
