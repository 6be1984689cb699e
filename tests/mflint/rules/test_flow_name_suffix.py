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
    "name",
    [
        pytest.param("ChurnTraining", id="no suffix"),
        pytest.param("ChurnTrainingflow", id="suffix in small letters"),
        pytest.param("FlowOfChurn", id="the word in front"),
        pytest.param("ChurnFlow2", id="a number behind it"),
        pytest.param("CHURN_FLOW", id="suffix in capitals"),
    ],
)
def test_a_flow_whose_name_does_not_end_in_flow_is_found(tmp_path: Path, name: str) -> None:
    code = f"{IMPORT}class {name}(FlowSpec):{STEPS}"
    message = f"the name `{name}` does not end in `Flow`"
    assert check(tmp_path, {"flow.py": code}, "MF107") == [(2, 7, message)]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"class ChurnFlow(FlowSpec):{STEPS}", id="a flow with the suffix"),
        pytest.param(f"class Flow(FlowSpec):{STEPS}", id="nothing but the suffix"),
        pytest.param("class Base(FlowSpec): pass", id="a base class without steps"),
        pytest.param(
            f"class Base(FlowSpec):{STEPS}class ChurnFlow(Base): pass", id="a base class with steps"
        ),
        pytest.param(f"class Churn:{STEPS}", id="a class that is no flow"),
    ],
)
def test_a_flow_with_the_suffix_or_that_nobody_runs_is_fine(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"flow.py": f"{IMPORT}{code}\n"}, "MF107") == []
