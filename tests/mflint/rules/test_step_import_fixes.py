"""How MF103 moves imports to the top of their step."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from mflint.diagnostics import Applicability
from tests.mflint.fixing import fixed, fixes

HEAD = "from metaflow import FlowSpec, step\nclass F(FlowSpec):\n    @step\n    def start(self):\n"


def flow(body: str) -> str:
    return HEAD + indent(dedent(body).strip("\n"), "        ") + "\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("x = 1\nimport a", "import a\n\nx = 1", id="above the first statement"),
        pytest.param(
            "'''Doc.'''\nx = 1\nimport a\n\nuse(a)",
            "'''Doc.'''\nimport a\n\nx = 1\n\nuse(a)",
            id="behind the docstring",
        ),
        pytest.param(
            "'''Doc.'''\n\nx = 1\n\nimport a\n\nuse(a)",
            "'''Doc.'''\n\nimport a\n\nx = 1\n\nuse(a)",
            id="without doubling blank lines",
        ),
        pytest.param("import a\n\nx = 1\nimport b", "import a\nimport b\n\nx = 1", id="behind other imports"),
        pytest.param("import a\nx = 1\nimport b", "import a\nimport b\nx = 1", id="close to other imports"),
        pytest.param("x = 1\nimport a\nimport b", "import a\nimport b\n\nx = 1", id="two of them, in order"),
        pytest.param(
            "x = 1\nfrom a import (\n    b,  # why\n    c,\n)",
            "from a import (\n    b,  # why\n    c,\n)\n\nx = 1",
            id="over several lines",
        ),
        pytest.param(
            "# one\nx = 1\n# needed\nimport a  # here\n\nuse(a)",
            "# needed\nimport a  # here\n\n# one\nx = 1\n\nuse(a)",
            id="with the comment that is about it",
        ),
        pytest.param(
            "x = 1\n# read it\nimport a\nuse(a)",
            "import a\n\nx = 1\n# read it\nuse(a)",
            id="without the comment that is about what follows",
        ),
        pytest.param(
            "for x in [1]:\n    print(x)\nimport a",
            "import a\n\nfor x in [1]:\n    print(x)",
            id="over a loop",
        ),
    ],
)
def test_the_import_moves(tmp_path: Path, before: str, after: str) -> None:
    assert set(fixes(tmp_path, {"flow.py": flow(before)}, "MF103")) == {Applicability.SAFE}
    assert fixed(tmp_path, {"flow.py": flow(before)}, "MF103") == flow(after)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("if x:\n    import a", id="in a condition"),
        pytest.param("try:\n    x = 1\n    import a\nexcept ImportError: pass", id="in a try"),
        pytest.param("with x:\n    import a", id="in a with"),
        pytest.param("x = 1; import a", id="on the line of another statement"),
        pytest.param("if self.x: return\nimport a", id="below a return"),
        pytest.param("if self.x: raise ValueError\nimport a", id="below a raise"),
        pytest.param("import sys\nsys.path.insert(0, 'a')\nimport a", id="below a change of the path"),
        pytest.param("import os\nos.environ['A'] = 'b'\nimport a", id="below a change of the environment"),
        pytest.param("import os\nos.chdir('a')\nimport a", id="in another folder"),
        pytest.param("import subprocess as sp\nsp.run(['pip'])\nimport a", id="below an installation"),
        pytest.param("from importlib import reload\nreload(x)\nimport a", id="below a reload"),
        pytest.param("import warnings\nwarnings.simplefilter('ignore')\nimport a", id="below a filter"),
        pytest.param("exec(x)\nimport a", id="below computed code"),
        pytest.param("a = 1\nimport a", id="below an assignment of the name"),
        pytest.param("print(a)\nimport a", id="below a use of the name"),
        pytest.param("from x import b as a\nprint()\nimport a", id="below an import of the name"),
    ],
)
def test_where_what_stands_above_matters_there_is_no_fix(tmp_path: Path, body: str) -> None:
    assert set(fixes(tmp_path, {"flow.py": flow(body)}, "MF103")) == {None}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("prepare()\nimport a", id="a function that cannot be told"),
        pytest.param("self.prepare()\nimport a", id="a method"),
        pytest.param("from local import b\nb()\nimport a", id="a function of the project"),
        pytest.param("import torch\ntorch.set()\nimport torch.nn as nn", id="the same package"),
        pytest.param("x = 1\nimport loud", id="a module that does something"),
        pytest.param("steps[0]()\nimport a", id="a computed function"),
    ],
)
def test_the_fix_is_unsafe_where_what_stands_above_may_matter(tmp_path: Path, body: str) -> None:
    files = {"flow.py": flow(body), "local.py": "def b(): pass\n", "loud.py": "print()\n"}
    assert fixes(tmp_path, files, "MF103") == [Applicability.UNSAFE]
