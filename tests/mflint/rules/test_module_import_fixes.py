"""How MF102 moves imports of a module into the functions that use them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mflint.diagnostics import Applicability
from tests.mflint.fixing import fixed, fixes

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE


QUIET = """
import re
from dataclasses import dataclass
A = re.compile('a')
@dataclass(frozen=True)
class B: pass
"""


def flow(top: str, start: str = "torch.ones(1)", end: str = "pass", rest: str = "") -> str:
    lines = [
        dedent(top).strip("\n"),
        "from metaflow import FlowSpec, step",
        "",
        "",
        "class F(FlowSpec):",
        "    @step",
        "    def start(self):",
        *(f"        {line}".rstrip() for line in start.split("\n")),
        "        self.next(self.end)",
        "",
        "    @step",
        "    def end(self):",
        *(f"        {line}".rstrip() for line in end.split("\n")),
    ]
    return "\n".join(line for line in [*lines, rest] if line is not None).rstrip("\n") + "\n"


def after(root: Path, code: str, **others: str) -> str:
    files = {f"{name}.py": text for name, text in others.items()}
    return fixed(root, {"flow.py": code, **files}, "MF102", "MF103")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(
            flow("import torch"),
            flow("", "import torch\n\ntorch.ones(1)").lstrip("\n"),
            id="into the step that uses it",
        ),
        pytest.param(
            flow("import os\nimport torch", end="torch.two()"),
            flow("import os", "import torch\n\ntorch.ones(1)", "import torch\n\ntorch.two()"),
            id="into both steps",
        ),
        pytest.param(
            flow("import os\nimport torch", '"""Doc."""\n\n# first\ntorch.ones(1)'),
            flow("import os", '"""Doc."""\n\nimport torch\n\n# first\ntorch.ones(1)'),
            id="behind the docstring",
        ),
        pytest.param(
            flow("import os\nimport torch", "import csv\nimport json\n\ntorch.ones(1)"),
            flow("import os", "import csv\nimport json\nimport torch\n\ntorch.ones(1)"),
            id="behind the imports of the step",
        ),
        pytest.param(
            flow("import os\nimport torch.nn as nn", "nn.Linear(1)"),
            flow("import os", "import torch.nn as nn\n\nnn.Linear(1)"),
            id="with its alias",
        ),
        pytest.param(
            flow("import os, torch, sys"),
            flow("import os, sys", "import torch\n\ntorch.ones(1)"),
            id="one of several modules",
        ),
        pytest.param(
            flow("from torch import nn, ones, zeros as z", "z(ones(1))"),
            flow("from torch import nn", "from torch import ones, zeros as z\n\nz(ones(1))"),
            id="two of several names",
        ),
        pytest.param(
            flow("import os\nfrom torch import ones", "from torch import nn, zeros\n\nones(1)"),
            flow("import os", "from torch import nn, ones, zeros\n\nones(1)"),
            id="to other names of the same module, in order",
        ),
        pytest.param(
            flow("from torch import (\n    nn,  # nets\n    ones,  # why\n)", "ones(1)"),
            flow("from torch import (\n    nn,  # nets\n)", "from torch import ones  # why\n\nones(1)"),
            id="one of several lines, with its comment",
        ),
        pytest.param(
            flow("from torch import (\n    ones,\n)", "ones(1)"),
            flow("", "from torch import ones\n\nones(1)").lstrip("\n"),
            id="the only name in brackets",
        ),
        pytest.param(
            flow("import os\n\n# for the nets\nimport torch  # noqa: E402\n\nimport sys"),
            flow("import os\n\nimport sys", "# for the nets\nimport torch\n\ntorch.ones(1)"),
            id="with the comment that is about it alone",
        ),
        pytest.param(
            flow("import os\n\n# ours\nimport torch  # heavy\nimport sys"),
            flow("import os\n\n# ours\nimport sys", "import torch  # heavy\n\ntorch.ones(1)"),
            id="without the comment of its group",
        ),
        pytest.param(
            flow("# The licence.\nimport torch\n\nimport os"),
            flow("# The licence.\n\nimport os", "import torch\n\ntorch.ones(1)"),
            id="without what heads the file",
        ),
        pytest.param(
            flow("import os\nimport torch", "@torch.no_grad()\ndef inner(): pass"),
            flow("import os", "import torch\n\n@torch.no_grad()\ndef inner(): pass"),
            id="above a decorator",
        ),
        pytest.param(
            flow("import os\nimport torch", "self.a()", rest="\n    def a(self): return torch.ones(1)"),
            flow(
                "import os",
                "self.a()",
                rest="\n    def a(self):\n        import torch\n\n        return torch.ones(1)",
            ),
            id="into a method on one line",
        ),
        pytest.param(
            flow("import os\nimport torch", rest="\n\ndef helper():\n    return torch.a()"),
            flow(
                "import os",
                "import torch\n\ntorch.ones(1)",
                rest="\n\ndef helper():\n    import torch\n\n    return torch.a()",
            ),
            id="into a function that no step calls",
        ),
        pytest.param(
            flow("import torch\nimport os\nif TYPE_CHECKING:\n    import numpy"),
            flow("import os\nif TYPE_CHECKING:\n    import numpy", "import torch\n\ntorch.ones(1)"),
            id="past what only a type checker imports",
        ),
        pytest.param(
            flow("import os\nimport torch", end="import torch\n\ntorch.two()"),
            flow("import os", "import torch\n\ntorch.ones(1)", "import torch\n\ntorch.two()"),
            id="not where a step imports it itself",
        ),
    ],
)
def test_the_import_moves(tmp_path: Path, before: str, expected: str) -> None:
    assert set(fixes(tmp_path, {"flow.py": before}, "MF102")) == {SAFE}
    assert after(tmp_path, before) == expected


def test_tabs_and_line_ends_stay_those_of_the_file(tmp_path: Path) -> None:
    def written(code: str) -> bytes:
        return code.replace("    ", "\t").replace("\n", "\r\n").encode()

    before, expected = flow("import os\nimport torch"), flow("import os", "import torch\n\ntorch.ones(1)")
    result = fixed(tmp_path, {"flow.py": written(before)}, "MF102")
    assert result.replace("\r\n\t\t\r\n", "\r\n\r\n").encode() == written(expected)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(flow("import torch", rest="\nX = torch.ones(1)"), id="needed at module level"),
        pytest.param(
            flow("import torch", rest="\nif __name__ == '__main__':\n    torch.seed()\n    F()"),
            id="needed under the main guard",
        ),
        pytest.param(flow("import torch", end="x: torch.Tensor = make()"), id="needed for an annotation"),
        pytest.param(
            flow("import torch", rest="\n    def f(self, x: 'torch.Tensor'): pass"),
            id="needed for an annotation in a string",
        ),
        pytest.param(
            flow("try:\n    import torch\nexcept ImportError:\n    torch = None"), id="on a condition"
        ),
        pytest.param(flow("if True:\n    import torch"), id="in a block"),
        pytest.param(
            flow("import torch", "'Doc.'; torch.ones(1)"), id="below a docstring that shares its line"
        ),
        pytest.param(flow("import os; import torch"), id="behind another statement"),
        pytest.param(flow("import torch.nn\nimport torch.optim", "torch.nn.A()"), id="one name, two modules"),
        pytest.param(flow("import torch", "global torch\ntorch.ones(1)"), id="meant to be the module's"),
        pytest.param(
            flow("from torch import (  # all\n    ones\n)", "ones(1)"), id="a comment that has no place"
        ),
    ],
)
def test_where_the_module_needs_it_there_is_no_fix(tmp_path: Path, code: str) -> None:
    assert set(fixes(tmp_path, {"flow.py": code}, "MF102")) == {None}


@pytest.mark.parametrize(
    ("code", "others", "expected"),
    [
        pytest.param(
            flow("import local", "local.a()"), {"local": "def a(): pass"}, SAFE, id="only definitions"
        ),
        pytest.param(
            flow("import local", "local.a()"),
            {"local": QUIET},
            SAFE,
            id="constants and data classes",
        ),
        pytest.param(flow("import local", "local.a()"), {"local": "print('a')"}, UNSAFE, id="a print"),
        pytest.param(
            flow("import local", "local.a()"),
            {"local": "import os\nos.environ['a'] = 'b'"},
            UNSAFE,
            id="a setting",
        ),
        pytest.param(
            flow("from . import local", "local.a()"), {}, UNSAFE, id="a module that cannot be found"
        ),
        pytest.param(flow("import comet_ml", "comet_ml.a()"), {}, UNSAFE, id="a package that patches others"),
        pytest.param(
            flow("import sys\nimport torch\nsys.path.append('a')"), {}, UNSAFE, id="a path that changes later"
        ),
        pytest.param(
            flow("import sys\nsys.path.append('a')\nimport torch"),
            {},
            SAFE,
            id="a path that has changed before",
        ),
        pytest.param(
            flow("import torch"),
            {"run": "from flow import torch"},
            UNSAFE,
            id="another file takes it from here",
        ),
        pytest.param(
            flow("import torch"), {"run": "from flow import F"}, SAFE, id="another file takes the flow"
        ),
        pytest.param(
            flow("import a\nimport a.b as ab\nX = a", "ab.c()"),
            {},
            UNSAFE,
            id="a module that adds to another",
        ),
    ],
)
def test_the_fix_is_unsafe_where_others_may_notice(
    tmp_path: Path, code: str, others: dict[str, str], expected: Applicability
) -> None:
    files = {f"{name}.py": text for name, text in others.items()}
    assert fixes(tmp_path, {"flow.py": code, **files}, "MF102") == [expected]
