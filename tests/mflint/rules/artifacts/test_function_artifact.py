from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.rules.artifacts.flows import flow, found, silent

IMPORTS = """
import functools
import math
from helpers import Model, score, wrapped
"""
METHODS = """
def helper(self):
    return 1

@staticmethod
def rate():
    return 1

@functools.lru_cache
def cached(self):
    return 1

def call_it(self):
    return self.f()
"""
READ = "print(self.f)"


def message(what: str = "a function", step: str = "end") -> str:
    return f"Metaflow does not store `self.f`, {what}, and step `{step}` reads it"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("self.f = lambda row: 1", "a function"),
        ("self.f = score", "a function"),
        ("self.f = self.helper", "a method"),
        ("self.f = self.rate", "a function"),
        ("f = lambda: 1\nself.f = f", "a function"),
        ("setattr(self, 'f', lambda: 1)", "a function"),
        ("self.f, n = score, 1", "a function"),
        ("self.f = score if n else score", "a function"),
        ("def own():\n    return 1\nself.f = own", "a function"),
    ],
)
def test_a_function_that_a_later_step_reads_is_found(tmp_path: Path, statement: str, what: str) -> None:
    files = flow(statement, "", READ, imports=IMPORTS, methods=METHODS)
    assert found(tmp_path, files, "MF403") == [f"{statement.splitlines()[-1]}: {message(what)}"]


@pytest.mark.parametrize(
    "statement",
    [
        "self.f = functools.partial(score, 1)",
        "self.f = len",
        "self.f = math.sqrt",
        "self.f = Model",
        "self.f = Model()",
        "self.f = wrapped",
        "self.f = self.cached",
        "self.f = unknown",
        "self.f = score(1)",
        "self.f = [score]",
        "self.f = score if n else 1",
        "@decorated\ndef own():\n    return 1\nself.f = own",
        "self.f = lambda: 1\nself.f = self.f()",
        "self.f = lambda: 1\ndel self.f",
    ],
)
def test_what_metaflow_stores_is_fine(tmp_path: Path, statement: str) -> None:
    assert found(tmp_path, flow(statement, "", READ, imports=IMPORTS, methods=METHODS), "MF403") == []


@pytest.mark.parametrize(
    ("middle", "end"),
    [
        pytest.param("", "", id="no step reads it"),
        pytest.param("self.f = 1", READ, id="the step in between assigns it anew"),
        pytest.param("", f"self.f = 1\n{READ}", id="the reading step assigns it itself"),
        pytest.param("", "print(getattr(self, 'f', None))", id="the reading step has a default"),
        pytest.param("", f"if hasattr(self, 'f'):\n    {READ}", id="the reading step asks first"),
        pytest.param(
            "", f"try:\n    {READ}\nexcept AttributeError:\n    pass", id="the reading step catches the error"
        ),
        pytest.param("prepare(self)", READ, id="the step in between hands self over"),
    ],
)
def test_a_function_that_no_later_step_misses_is_fine(tmp_path: Path, middle: str, end: str) -> None:
    files = flow("self.f = lambda: 1\nself.f()", middle, end)
    assert found(tmp_path, files, "MF403") == []


def test_a_method_that_a_later_step_calls_reads_it(tmp_path: Path) -> None:
    files = flow("self.f = score", "", "self.call_it()", imports=IMPORTS, methods=METHODS)
    assert found(tmp_path, files, "MF403") == [f"self.f = score: {message()}"]


def test_the_next_step_that_reads_it_is_named(tmp_path: Path) -> None:
    files = flow("self.f = lambda: 1", READ, READ)
    assert found(tmp_path, files, "MF403") == [f"self.f = lambda: 1: {message(step='middle')}"]


def test_a_base_class_from_outside_may_change_all(tmp_path: Path) -> None:
    files = flow("self.f = lambda: 1", "", READ, imports="from mystery import Base")
    text = str(files["flow.py"]).replace("F(FlowSpec)", "F(Base, FlowSpec)")
    assert found(tmp_path, {"flow.py": text}, "MF403") == []


def test_self_given_to_other_code_in_the_same_step_leaves_it_open(tmp_path: Path) -> None:
    files = flow("self.f = lambda: 1\nprepare(self)", "", READ)
    assert silent(tmp_path, files, "MF403") == ["`self` leaves step `start` for other code"]
