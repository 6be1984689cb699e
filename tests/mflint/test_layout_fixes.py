"""What holds for every fix of file and layout: it heals, does no harm and comes to an end."""

from __future__ import annotations

import ast
import shutil
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

from mflint.diagnostics import Finding
from tests.acceptance.nasty_flows import NASTY
from tests.mflint import spoiled
from tests.mflint.fixing import apply, findings, fixed, text_at
from tests.mflint.flow_projects import write

EXAMPLES = Path(__file__).parents[2] / "examples"
METAFLOW = find_spec("metaflow")
assert METAFLOW is not None
assert METAFLOW.origin is not None
TUTORIALS = Path(METAFLOW.origin).parent / "tutorials"

MESSY = {
    "imports.py": """
        '''What comes in.'''
        import os, json
        import numpy as np; import pandas
        from torch import (nn, optim as o,  # both
            zeros)
        import torch.nn
        try:
            import ujson
        except ImportError:
            ujson = None

        # plots
        import matplotlib.pyplot as plt  # noqa: E402

        from metaflow import FlowSpec, Parameter, step
        class Imports(FlowSpec):
            size = Parameter('size', default=zeros(1))
            @step
            def start(self): self.x = plt.plot(o(1)); self.next(self.middle)
            @step
            def middle(self):
                '''Work.'''; nn.Linear(1)
                global pandas
                pandas.read_csv('a')
                if self.x:
                    import csv
                import sys; sys.path.append('a')
                # why
                import requests

                self.next(self.end)
            @step
            def end(self):
                @plt.style
                def inner(x: np.ndarray): return torch.nn.Linear(ujson)
        Imports()  # go
        """,
    "tabs.py": "import polars as pl\r\nfrom metaflow import FlowSpec, step\r\n\r\nclass tabs(FlowSpec):\r\n"
    "\t@step\r\n\tdef start(self):\r\n\t\tself.n = 1\r\n\t\timport csv\r\n\t\tself.m = pl.len()\r\n"
    "\t\tself.next(self.end)\r\n\t@step\r\n\tdef end(self): pl.len()",
    "bom.py": "\ufeffimport polars\nfrom metaflow import FlowSpec, step\nclass Bom(FlowSpec):\n  @step\n"
    "  def start(self):\n    'Doc.'\n    polars.len()\n    self.next(self.end)"
    "\n  @step\n  def end(self): pass\n# end",
    "two.py": """
        from metaflow import FlowSpec, step
        class A(FlowSpec):
            @step
            def start(self): self.next(self.end)
            @step
            def end(self): pass
        class B(A):
            pass
        class C(A): ...
        if __name__ == "__main__":
            B()
        """,
}


def _as_it_is(code: str) -> str:
    return code


WAYS = (
    _as_it_is,
    spoiled.with_imports_at_the_top,
    spoiled.with_imports_below,
    spoiled.unstarted,
    spoiled.started_at_import,
)


@pytest.fixture(params=[pytest.param(way, id=way.__name__.strip("_")) for way in WAYS])
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Tutorials, examples and nasty flows, all spoiled in the same way."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache", "*.toml")
    shutil.copytree(TUTORIALS, tmp_path / "tutorials", ignore=ignored)
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=ignored)
    write(tmp_path / "nasty", NASTY)
    write(tmp_path / "messy", {name: dedent(code).lstrip("\n").encode() for name, code in MESSY.items()})
    way: Callable[[str], str] = request.param
    for path in tmp_path.rglob("*.py"):
        code = text_at(path)
        if "@step" in code and "\r" not in code:
            path.write_bytes(way(code).encode())
    return tmp_path


@pytest.mark.slow
def test_every_fix_heals_its_finding_and_brings_no_other(project: Path) -> None:
    made = 0
    for path in sorted(project.rglob("*.py")):
        data, found = path.read_bytes(), findings(project, path)
        for finding in found:
            if finding.fix is None or not finding.code.startswith("MF1"):
                continue
            path.write_bytes(data)
            apply(finding.fix, path)
            ast.parse(path.read_bytes())
            after = findings(project, path)
            assert _kind(finding) not in map(_kind, after)
            assert Counter(f.code for f in after) <= Counter(f.code for f in found), finding
            made += 1
        path.write_bytes(data)
    assert made > 5


@pytest.mark.slow
def test_fixing_comes_to_an_end_and_leaves_nothing_that_it_can_fix(project: Path) -> None:
    for path in sorted(project.rglob("*.py")):
        name = path.relative_to(project).as_posix()
        once = fixed(project, {}, "MF1", path=name)
        assert all(finding.fix is None for finding in findings(project, path, "MF1"))
        ast.parse(path.read_bytes())
        assert "\n\n\n\n" not in once


@pytest.mark.parametrize("name", ["demand_forecast", "rebalancing", "weekly_report"])
def test_imports_that_were_moved_up_come_back_to_where_they_were(tmp_path: Path, name: str) -> None:
    copied = shutil.copytree(EXAMPLES / "flows", tmp_path / "flows")
    path = copied / f"{name}.py"
    before = text_at(path)
    path.write_bytes(spoiled.with_imports_at_the_top(before, kept="statistics").encode())
    assert text_at(path) != before
    assert fixed(tmp_path, {}, "MF102", path=f"flows/{name}.py") == before


def _kind(finding: Finding) -> tuple[str, str, str | None]:
    return finding.code, finding.message, finding.step
