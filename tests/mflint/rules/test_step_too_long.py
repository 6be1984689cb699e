from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, write

LIMIT = 25


def flow(body: str) -> Mapping[str, str]:
    """A flow whose first step is `body` and `self.next`."""
    lines = indent(f"{body}\nself.next(self.end)", " " * 8)
    return {
        "flow.py": "from metaflow import FlowSpec, step\n"
        f"class F(FlowSpec):\n    @step\n    def start(self):\n{lines}\n    @step\n    def end(self): pass\n"
    }


def lines(count: int) -> str:
    return "\n".join(["x = 1"] * count)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param(lines(LIMIT), 26, id="one line too many"),
        pytest.param("; ".join(["x = 1"] * 30), 31, id="all in one line"),
        pytest.param(f"if x:\n{indent(lines(LIMIT), '    ')}", 27, id="in a block"),
        pytest.param(f"def f():\n{indent(lines(LIMIT), '    ')}", 27, id="in a nested function"),
        pytest.param(
            f"try:\n{indent(lines(10), '    ')}\nexcept OSError:\n{indent(lines(10), '    ')}\n"
            f"else:\n{indent(lines(10), '    ')}\nfinally:\n{indent(lines(10), '    ')}",
            42,
            id="in all parts of a try",
        ),
    ],
)
def test_a_step_with_too_many_statements_is_found(tmp_path: Path, body: str, count: int) -> None:
    message = f"step `start` has {count} statements, more than 25"
    assert check(tmp_path, flow(body), "MF303") == [(4, 9, message)]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(lines(LIMIT - 1), id="just as many as allowed"),
        pytest.param(f"'''Work.'''\n{lines(LIMIT - 1)}", id="a docstring"),
        pytest.param(f"import os\nfrom a import b\n{lines(LIMIT - 1)}", id="imports"),
        pytest.param(f"# more\n\n# and more\n{lines(LIMIT - 1)}", id="comments"),
        pytest.param(
            f"x = [\n{indent('1,' * 5, '    ')}\n" + "\n" * 40 + "]", id="one statement of many lines"
        ),
    ],
)
def test_what_is_no_statement_does_not_count(tmp_path: Path, body: str) -> None:
    assert check(tmp_path, flow(body), "MF303") == []


def test_only_steps_count(tmp_path: Path) -> None:
    code = f"from metaflow import FlowSpec\ndef f():\n{indent(lines(30), '    ')}\nclass F(FlowSpec):\n"
    method = f"    def g(self):\n{indent(lines(30), ' ' * 8)}\n"
    assert check(tmp_path, {"flow.py": code + method}, "MF303") == []


@pytest.mark.parametrize(("limit", "found"), [(3, 0), (2, 1)])
def test_the_number_is_an_option(tmp_path: Path, limit: int, found: int) -> None:
    write(tmp_path, flow(lines(2)))
    options = {"step-too-long": {"max-statements": limit}}
    report = check_paths([tmp_path], Settings(tmp_path, select=("MF303",), options=options))
    assert len(report.findings) == found
