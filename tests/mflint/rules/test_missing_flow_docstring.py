from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
IMPORT = "from metaflow import FlowSpec, step\n"


@pytest.mark.parametrize(
    ("code", "line"),
    [
        pytest.param(f"class F(FlowSpec):{STEPS}", 2, id="none"),
        pytest.param(f"class F(FlowSpec):\n    '''  '''{STEPS}", 2, id="an empty one"),
        pytest.param(f"class F(FlowSpec):\n    f'''Train.'''{STEPS}", 2, id="an f-string"),
        pytest.param(f"class F(FlowSpec):\n    # Train.{STEPS}", 2, id="a comment"),
        pytest.param(
            f"class F(FlowSpec):\n    a = 1\n    '''Train.'''{STEPS}", 2, id="a string further down"
        ),
        pytest.param(
            f"class B(FlowSpec):\n    '''Base.'''{STEPS}class F(B): pass\n",
            8,
            id="one of the base class only",
        ),
        pytest.param(
            f"class F(FlowSpec):{STEPS}    class G:\n        '''G.'''\n", 2, id="one of a nested class"
        ),
    ],
)
def test_a_flow_without_docstring_is_found(tmp_path: Path, code: str, line: int) -> None:
    found = check(tmp_path, {"flow.py": f"{IMPORT}{code}"}, "MF304")
    assert found == [(line, 7, "`F` has no docstring")]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"class F(FlowSpec):\n    '''Train.'''{STEPS}", id="a flow with a docstring"),
        pytest.param(f"class F(FlowSpec):\n    'Train ' 'it.'{STEPS}", id="one in two parts"),
        pytest.param("class F(FlowSpec): pass\n", id="a base class without steps"),
        pytest.param(
            f"class F(FlowSpec):{STEPS}class G(F):\n    '''Train.'''\n", id="a base class with steps"
        ),
        pytest.param(f"class F:{STEPS}", id="a class that is no flow"),
    ],
)
def test_a_flow_with_a_docstring_or_that_nobody_runs_is_fine(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"flow.py": f"{IMPORT}{code}"}, "MF304") == []
