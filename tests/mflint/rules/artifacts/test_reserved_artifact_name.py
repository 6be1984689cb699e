from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.rules.artifacts.flows import flow, found, silent

METHODS = """
def helper(self):
    return 1

@property
def answer(self):
    return 42

@property
def settable(self):
    return 1

@settable.setter
def settable(self, value):
    pass
"""
RAISES = "is read-only: the assignment raises `AttributeError`"
FAILS = "is what Metaflow itself works with: the task fails"
GONE = "is set anew by Metaflow: the value is gone in the next step"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("input", RAISES),
        ("index", RAISES),
        ("script_name", RAISES),
        ("_graph_info", RAISES),
        ("next", FAILS),
        ("_datastore", FAILS),
        ("_transition", FAILS),
        ("_foreach_stack", FAILS),
        ("name", GONE),
        ("cmd", GONE),
        ("foreach_stack", GONE),
        ("merge_artifacts", GONE),
        ("middle", "is a step that `self.next` can no longer find"),
        ("answer", "is a property without a setter: the assignment raises `AttributeError`"),
    ],
)
def test_a_name_that_is_taken_is_found(tmp_path: Path, name: str, text: str) -> None:
    files = flow(f"self.{name} = 5", methods=METHODS)
    assert found(tmp_path, files, "MF407") == [f"self.{name} = 5: `self.{name}` {text}"]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("helper", "the method"),
        ("end", "the step"),
        ("_private", "the class attribute"),
        ("_success", "Metaflow's own"),
        ("_graph", "Metaflow's own"),
        ("__note__", "Metaflow's own"),
    ],
)
def test_a_name_that_hides_what_a_later_step_reads_is_found(tmp_path: Path, name: str, what: str) -> None:
    files = flow(f"self.{name} = 5", "", f"print(self.{name})", attributes="_private = None", methods=METHODS)
    text = f"is lost: step `end` reads {what} of that name instead"
    assert found(tmp_path, files, "MF407") == [f"self.{name} = 5: `self.{name}` {text}"]


@pytest.mark.parametrize(
    ("statement", "end"),
    [
        ("self.helper = 5", ""),
        ("self.helper = 5", "self.helper()"),
        ("self.end = 5", ""),
        ("self._private = 5", ""),
        ("self._private = 5\ndel self._private", "print(self._private)"),
        ("self.cmd = 5\ndel self.cmd", ""),
        ("self._declared = 5", "print(self._declared)"),
        ("self._private = 5", "self._private = 6\nprint(self._private)"),
        ("self._success = 5", ""),
        ("self._transition = None", ""),
        ("self._foreach_stack = stack", ""),
        ("self._EPHEMERAL = {'x'}", ""),
        ("self._plain = 5", "print(self._plain)"),
        ("self.settable = 5", "print(self.settable)"),
        ("self._foreach_values = 5", "print(self._foreach_values)"),
        ("self.input_data = 5", ""),
        ("print(self.name, self.input, self.index)", ""),
        ("self.name.x = 1", ""),
        ("try:\n    self.input = 1\nexcept AttributeError:\n    pass", ""),
        ("", "self.name = 1\nself.next = 2\nself._foreach_var = 3"),
    ],
)
def test_a_name_that_does_no_harm_is_fine(tmp_path: Path, statement: str, end: str) -> None:
    files = flow(statement, "", end, attributes="_private = None\n_declared: int", methods=METHODS)
    assert found(tmp_path, files, "MF407") == []


def test_what_the_class_defines_itself_is_not_metaflows(tmp_path: Path) -> None:
    files = flow(
        "self.input = 5", methods="@property\ndef input(self): pass\n@input.setter\ndef input(self, v): pass"
    )
    assert found(tmp_path, files, "MF407") == []


def test_a_base_class_from_outside_may_define_it(tmp_path: Path) -> None:
    files = flow("self.input = 1", imports="from mystery import Base")
    files["flow.py"] = str(files["flow.py"]).replace("F(FlowSpec)", "F(Base, FlowSpec)")
    assert silent(tmp_path, files, "MF407") == ["base class Base of F is not in the project's source"]
