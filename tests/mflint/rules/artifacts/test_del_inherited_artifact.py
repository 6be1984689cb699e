from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.rules.artifacts.flows import flow, found, silent

MESSAGE = "`del self.x` cannot remove what step `start` has stored"


@pytest.mark.parametrize("statement", ["del self.x", "delattr(self, 'x')"])
def test_a_deletion_of_what_an_earlier_step_assigned_is_found(tmp_path: Path, statement: str) -> None:
    assert found(tmp_path, flow("self.x = 1", statement), "MF408") == [f"{statement}: {MESSAGE}"]


@pytest.mark.parametrize("before", ["print(self.x)", "if self.x: pass", "self.y = 1"])
def test_it_does_not_help_to_read_it_first(tmp_path: Path, before: str) -> None:
    files = flow("self.x = 1", f"{before}\ndel self.x")
    assert found(tmp_path, files, "MF408") == [f"del self.x: {MESSAGE}"]


def test_a_method_that_the_step_calls_counts(tmp_path: Path) -> None:
    files = flow("self.x = 1", "self.tidy()", methods="def tidy(self):\n    del self.x")
    assert found(tmp_path, files, "MF408") == [f"del self.x: {MESSAGE}"]


@pytest.mark.parametrize(
    ("start", "middle", "end"),
    [
        ("self.x = 1\ndel self.x", "", ""),
        ("self.x = 1", "self.x = 2\ndel self.x", ""),
        ("self.x = 1", "if y: self.x = 2\ndel self.x", ""),
        ("self.x = 1", "self.prepare()\ndel self.x", ""),
        ("self.x = 1", "self.prepared\ndel self.x", ""),
        ("self.x = 1", "if hasattr(self, 'x'):\n    del self.x", ""),
        ("self.x = 1", "try:\n    del self.x\nexcept AttributeError:\n    pass", ""),
        ("self.x = 1", "", "print(self.x)\ndel self.x"),
        ("self.x = 1", "del self.x['a']", ""),
        ("self.x = 1", "del self.x.a", ""),
        ("self.x = 1", "del x", ""),
        ("", "del self.x", "self.x = 1"),
        ("self.p = 1", "del self.p", ""),
    ],
)
def test_what_the_step_assigned_itself_or_guards_is_fine(
    tmp_path: Path, start: str, middle: str, end: str
) -> None:
    methods = "def prepare(self):\n    self.x = 3\n@property\ndef prepared(self):\n    self.x = 3"
    files = flow(start, middle, end, attributes="p = Parameter('p')", methods=methods)
    assert found(tmp_path, files, "MF408") == []


def test_code_that_gets_self_may_have_assigned_it(tmp_path: Path) -> None:
    files = flow("self.x = 1", "load(self)\ndel self.x")
    assert found(tmp_path, files, "MF408") == []
    assert silent(tmp_path, files, "MF408") == ["`self` leaves step `middle` for other code"]


def test_a_method_of_a_base_class_may_have_assigned_it(tmp_path: Path) -> None:
    files = flow("self.x = 1", "super().prepare()\ndel self.x")
    assert silent(tmp_path, files, "MF408") == ["step `middle` calls a base class"]
