from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check

FLOW = """
class F(FlowSpec):
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
IMPORT = "from metaflow import FlowSpec, step\n"


def hidden(module: str) -> str:
    return f"`from {module} import *` hides which names the file uses"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param(f"from metaflow import *\n{FLOW}", [(1, 1, hidden("metaflow"))], id="of Metaflow"),
        pytest.param(f"{IMPORT}from a.b import *\n{FLOW}", [(2, 1, hidden("a.b"))], id="of a submodule"),
        pytest.param(f"{IMPORT}from . import *\n{FLOW}", [(2, 1, hidden("."))], id="of the own package"),
        pytest.param(
            f"{IMPORT}from ..a import *\n{FLOW}", [(2, 1, hidden("..a"))], id="of a parent's module"
        ),
        pytest.param(
            f"{IMPORT}import os; from a import *; from b import *\n{FLOW}",
            [(2, 12, hidden("a")), (2, 29, hidden("b"))],
            id="two in a line",
        ),
        pytest.param(
            f"{IMPORT}try:\n    from a import *\nexcept ImportError: pass\n{FLOW}",
            [(3, 5, hidden("a"))],
            id="in a try",
        ),
        pytest.param(
            f"{IMPORT}{FLOW}\nif __name__ == '__main__':\n    from a import *\n    F()\n",
            [(10, 5, hidden("a"))],
            id="under the main guard",
        ),
    ],
)
def test_a_star_import_in_a_flow_file_is_found(
    tmp_path: Path, code: str, found: list[tuple[int, int, str]]
) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF104") == found


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"{IMPORT}import a.b\n{FLOW}", id="an import of a module"),
        pytest.param(f"from metaflow import (\n    FlowSpec,\n    step,\n)\n{FLOW}", id="an import of names"),
        pytest.param(
            f"{IMPORT}from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import *\n{FLOW}",
            id="what only a type checker runs",
        ),
        pytest.param("from metaflow import *\n", id="a file without flows"),
    ],
)
def test_nothing_else_is_found(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF104") == []
