from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, write


def flow(body: str, signature: str = "self") -> Mapping[str, str]:
    """A flow with a step `train` in the middle that is `body` and the call of `next`."""
    lines = indent(f"{body}\n{signature[:4]}.next(self.end)", " " * 8)
    return {
        "flow.py": "from metaflow import FlowSpec, step\nclass F(FlowSpec):\n    @step\n"
        f"    def start(self): self.next(self.train)\n    @step\n    def train({signature}):\n{lines}\n"
        "    @step\n    def end(self): pass\n"
    }


def found(what: str) -> list[tuple[int, int, str]]:
    return [(6, 9, f"step `train` has {what} and no docstring")]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param("self.x = f(g(h()))", "3 calls", id="calls in calls"),
        pytest.param("f()\ng()\nh()", "3 calls", id="calls one after the other"),
        pytest.param("if f():\n    for x in g():\n        h(x)", "3 calls", id="calls in blocks"),
        pytest.param("def inner():\n    return f(g(h()))", "3 calls", id="calls in a nested function"),
        pytest.param("self.load()\nself.fit()\nself.save()", "3 calls", id="calls of the flow's methods"),
        pytest.param("'''  '''\nf()\ng()\nh()", "3 calls", id="an empty docstring"),
        pytest.param("\n".join(["self.x = 1"] * 8), "9 statements", id="statements without calls"),
        pytest.param("\n".join(["f()"] * 9), "9 calls", id="calls and statements"),
    ],
)
def test_a_step_that_does_much_without_docstring_is_found(tmp_path: Path, body: str, what: str) -> None:
    assert check(tmp_path, flow(body), "MF302") == found(what)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("f()\ng()", id="two calls"),
        pytest.param("'''Why.'''\nf()\ng()\nh()", id="many calls and a docstring"),
        pytest.param("x = rows.filter(1).sort(2).take(3)", id="a chain of calls"),
        pytest.param("from a import f, g\nimport b\nf()\ng()", id="imports"),
        pytest.param("\n".join(["self.x = 1"] * 7), id="just as many statements as allowed"),
    ],
)
def test_a_simple_step_or_one_with_a_docstring_is_fine(tmp_path: Path, body: str) -> None:
    assert check(tmp_path, flow(body), "MF302") == []


def test_merging_artifacts_and_going_on_are_no_calls(tmp_path: Path) -> None:
    for name in ("self", "this"):
        body = f"{name}.merge_artifacts(inputs)\nf()\ng()"
        assert check(tmp_path, flow(body, f"{name}, inputs"), "MF302") == []


def test_the_first_and_the_last_step_are_left_to_another_rule(tmp_path: Path) -> None:
    code = """
    from metaflow import FlowSpec, step
    class F(FlowSpec):
        @step(start=True)
        def first(self):
            f(g(h()))
            self.next(self.end)
        @step
        def end(self):
            f(g(h()))
    """
    assert check(tmp_path, {"flow.py": code}, "MF302") == []
    assert len(check(tmp_path, {"flow.py": code}, "MF301")) == 2


@pytest.mark.parametrize(
    ("options", "count"),
    [
        pytest.param({"max-calls": 3, "max-statements": 4}, 0, id="neither is passed"),
        pytest.param({"max-calls": 2, "max-statements": 4}, 1, id="too many calls"),
        pytest.param({"max-calls": 3, "max-statements": 3}, 1, id="too many statements"),
    ],
)
def test_the_numbers_are_options(tmp_path: Path, options: dict[str, int], count: int) -> None:
    write(tmp_path, flow("f()\ng()\nh()"))
    settings = Settings(tmp_path, select=("MF302",), options={"missing-step-docstring": options})
    assert len(check_paths([tmp_path], settings).findings) == count
