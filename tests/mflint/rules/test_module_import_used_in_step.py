from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, write


def flow(top: str, body: str, attributes: str = "", methods: str = "") -> str:
    parts = [
        dedent(top).strip("\n"),
        "from metaflow import FlowSpec, Parameter, step",
        "class F(FlowSpec):",
        indent(dedent(attributes).strip("\n"), "    "),
        "    @step",
        "    def start(self):",
        indent(dedent(body).strip("\n"), "        "),
        "        self.next(self.end)",
        "    @step",
        "    def end(self): pass",
        indent(dedent(methods).strip("\n"), "    "),
    ]
    return "\n".join(part for part in parts if part) + "\n"


def used(name: str, line: int = 1, column: int = 8, steps: str = "step `start`") -> tuple[int, int, str]:
    return (line, column, f"`{name}` is imported at module level and used in {steps}")


@pytest.mark.parametrize(
    ("top", "body", "expected"),
    [
        ("import pandas as pd", "pd.read_csv('a')", [used("pandas")]),
        ("import numpy, pandas", "pandas.concat([])", [used("pandas", column=15)]),
        ("from pandas import (\n    DataFrame,\n)", "DataFrame()", [used("pandas.DataFrame", 2, 5)]),
        ("from .local import clean as c", "c()", [used(".local.clean", 1, 20)]),
        ("from . import local", "local.clean()", [used(".local", 1, 15)]),
        ("import local", "local.clean()", [used("local")]),
        ("import a.b", "a.b.c()", [used("a.b")]),
        ("import a.b\nimport a.c", "a.c.d()", [used("a.c", 2)]),
        ("import a.b\nimport a.c", "use(a)", [used("a.b"), used("a.c", 2)]),
        ("import a\nimport a.b", "a.c()", [used("a")]),
        (
            "try:\n    import ujson as json\nexcept ImportError:\n    import json",
            "json.loads('1')",
            [used("ujson", 2, 12)],
        ),
        (
            "try:\n    import torch\nexcept ImportError:\n    torch = None",
            "torch.ones(1)",
            [used("torch", 2, 12)],
        ),
        ("if True:\n    import torch", "torch.ones(1)", [used("torch", 2, 12)]),
        ("import torch", "f = lambda x: torch.ones(x)", [used("torch")]),
        ("import torch", "def inner():\n    return torch.ones(1)", [used("torch")]),
        ("import torch", "[torch.ones(x) for x in a]", [used("torch")]),
        ("import torch", "class Inner(torch.Module): pass", [used("torch")]),
        ("import torch", "class Inner:\n    def f(self): return torch.ones(1)", [used("torch")]),
        ("import torch", "try: pass\nexcept torch.Error: pass", [used("torch")]),
        ("import torch", "match a:\n    case torch.Tensor(): pass", [used("torch")]),
        ("import torch", "def inner(x=torch.ones(1)): pass", [used("torch")]),
        ("import torch", "with torch.no_grad(): pass", [used("torch")]),
        ("import torch", "print(f'{torch.__version__}')", [used("torch")]),
        ("import torch", "torch.seed = 1", [used("torch")]),
        ("import torch", "global torch\ntorch.ones(1)", [used("torch")]),
    ],
)
def test_an_import_that_a_step_uses_is_found(
    tmp_path: Path, top: str, body: str, expected: list[tuple[int, int, str]]
) -> None:
    assert check(tmp_path, {"flow.py": flow(top, body), "local.py": ""}, "MF102") == expected


@pytest.mark.parametrize(
    ("top", "body"),
    [
        ("import csv", "csv.reader(a)"),
        ("from os import path", "path.join('a')"),
        ("from __future__ import annotations", "annotations"),
        ("import metaflow as mf", "mf.current.run_id"),
        ("from metaflow.cards import Markdown", "Markdown('a')"),
        ("import metaflow_extensions.x as x", "x.y()"),
        ("from torch import *", "ones(1)"),
        ("import torch", "import torch\ntorch.ones(1)"),
        ("import torch", "torch = make()\ntorch.ones(1)"),
        ("import torch", "for torch in a: torch.b()"),
        ("import torch", "[torch.b() for torch in a]"),
        ("import torch", "f = lambda torch: torch.b()"),
        ("import torch", "def inner(torch): return torch.b()"),
        ("import torch", "def inner():\n    import torch\n    torch.b()"),
        ("import torch", "class Inner:\n    torch = 1\n    x = torch"),
        ("import torch", "match a:\n    case {'b': torch}: torch.b()"),
        ("import torch", "x: torch.Tensor = make()"),
        ("import torch", "self.torch.b()\ncall(torch=1)\na.torch"),
        ("import torch", "print('torch')"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch", "x: torch.Tensor = torch"),
        ("import torch\nX = torch.ones(1)", "use(X)"),
        ("import torch\ndef helper(): return torch.ones(1)", "helper()"),
    ],
)
def test_what_need_not_move_is_left_alone(tmp_path: Path, top: str, body: str) -> None:
    assert check(tmp_path, {"flow.py": flow(top, body)}, "MF102") == []


@pytest.mark.parametrize(
    ("top", "attributes"),
    [
        ("import torch", "device = torch.device('cpu')"),
        ("import torch", "seed = Parameter('seed', default=torch.seed())"),
        ("import torch", "x: torch.Tensor"),
        ("import torch", "def helper(self, x: torch.Tensor): pass"),
        ("import torch", "@torch.no_grad()\ndef helper(self): pass"),
        ("import torch\nSEED = torch.seed()", "seed = Parameter('seed', default=SEED)"),
        ("import torch\ndef seed(): return torch.seed()", "seed = Parameter('seed', default=seed())"),
    ],
)
def test_what_the_class_definition_needs_stays(tmp_path: Path, top: str, attributes: str) -> None:
    code = flow(top, "torch.ones(1)", attributes)
    assert check(tmp_path, {"flow.py": code}, "MF102") == []


def test_a_method_uses_an_import_only_where_a_step_calls_it(tmp_path: Path) -> None:
    methods = """
    def called(self): return self.deeper()
    def deeper(self): return torch.ones(1)
    def unused(self): return numpy.ones(1)
    """
    code = flow("import torch\nimport numpy", "self.called()", methods=methods)
    assert check(tmp_path, {"flow.py": code}, "MF102") == [used("torch")]


def test_all_steps_that_use_an_import_are_named(tmp_path: Path) -> None:
    code = """
    import torch
    from metaflow import FlowSpec, step
    class F(FlowSpec):
        @step
        def start(self): torch.a(); self.next(self.end)
        @step
        def end(self): torch.b()
    """
    write(tmp_path, {"flow.py": code})
    (found,) = check_paths([tmp_path], Settings(tmp_path, select=("MF102",))).findings
    assert found.message == used("torch", steps="steps `start`, `end`")[2]
    assert [(r.span.start.line, r.span.start.column, r.message) for r in found.related] == [
        (5, 22, "used by step `start`"),
        (7, 20, "used by step `end`"),
    ]


def test_the_standard_library_counts_where_the_settings_say_so(tmp_path: Path) -> None:
    write(tmp_path, {"flow.py": flow("import csv", "csv.reader(a)")})
    options = {"module-import-used-in-step": {"stdlib": True}}
    report = check_paths([tmp_path], Settings(tmp_path, select=("MF102",), options=options))
    assert [f.message for f in report.findings] == [used("csv")[2]]
