"""How MF107 renames a flow, and MF110 puts its start under a main guard."""

from __future__ import annotations

from pathlib import Path

import pytest

from mflint.diagnostics import Applicability
from tests.mflint.fixing import fixed, fixes

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
HEAD = "from metaflow import FlowSpec, step\n"


def flow(name: str, rest: str = "") -> str:
    return f"{HEAD}class {name}(FlowSpec):{STEPS}{rest}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(flow("Churn"), flow("ChurnFlow"), id="the class"),
        pytest.param(
            flow(
                "Churn", "def f(x: Churn = Churn): Churn.churn()\nif __name__ == '__main__':\n    Churn()\n"
            ),
            flow(
                "ChurnFlow",
                "def f(x: ChurnFlow = ChurnFlow): ChurnFlow.churn()\n"
                "if __name__ == '__main__':\n    ChurnFlow()\n",
            ),
            id="and its uses",
        ),
        pytest.param(flow("churn_rate"), flow("ChurnRateFlow"), id="a name with underscores"),
        pytest.param(flow("churn_flow"), flow("ChurnFlow"), id="one that ends in flow"),
        pytest.param(flow("churn"), flow("ChurnFlow"), id="a name in small letters"),
    ],
)
def test_the_flow_is_renamed(tmp_path: Path, before: str, after: str) -> None:
    assert fixes(tmp_path, {"flow.py": before}, "MF107") == [Applicability.UNSAFE]
    assert fixed(tmp_path, {"flow.py": before}, "MF107") == after


@pytest.mark.parametrize(
    ("files"),
    [
        pytest.param({"flow.py": flow("Churn", "print('Churn')\n")}, id="a string has the name"),
        pytest.param({"flow.py": flow("Churn", "# Churn\n")}, id="a comment has it"),
        pytest.param({"flow.py": flow("Churn", "a.Churn\n")}, id="an attribute has it"),
        pytest.param({"flow.py": flow("Churn", "f(Churn=1)\n")}, id="an argument has it"),
        pytest.param({"flow.py": flow("Churn", "def f(Churn): pass\n")}, id="a parameter has it"),
        pytest.param({"flow.py": flow("Churn", "def f(): Churn = 1\n")}, id="a local variable has it"),
        pytest.param({"flow.py": flow("Churn", "Churn = wrap(Churn)\n")}, id="it is bound again"),
        pytest.param(
            {"flow.py": flow("Churn"), "a.py": "from flow import Churn\n"}, id="another file has it"
        ),
        pytest.param({"flow.py": flow("Churn", "ChurnFlow = 1\n")}, id="the new name is taken"),
        pytest.param(
            {"flow.py": flow("Churn"), "a.py": flow("ChurnFlow")}, id="another flow has the new name"
        ),
        pytest.param({"flow.py": flow("Churnflow")}, id="its words cannot be told apart"),
    ],
)
def test_where_the_name_is_known_elsewhere_there_is_no_fix(tmp_path: Path, files: dict[str, str]) -> None:
    assert fixes(tmp_path, files, "MF107") == [None]


@pytest.mark.parametrize(
    ("rest", "after"),
    [
        pytest.param("F()\n", 'if __name__ == "__main__":\n    F()\n', id="a plain call"),
        pytest.param("F()", 'if __name__ == "__main__":\n    F()', id="without line end"),
        pytest.param(
            "\n\n# go\nF()  # now\n", '\n\n# go\nif __name__ == "__main__":\n    F()  # now\n', id="comments"
        ),
        pytest.param("X = 'a'\nF()\n", "X = 'a'\nif __name__ == '__main__':\n    F()\n", id="quotes"),
    ],
)
def test_the_start_comes_under_a_main_guard(tmp_path: Path, rest: str, after: str) -> None:
    assert fixes(tmp_path, {"flow.py": flow("F", rest)}, "MF110") == [Applicability.SAFE]
    assert fixed(tmp_path, {"flow.py": flow("F", rest)}, "MF110") == flow("F", after)


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("x = F()\n", id="its value is kept"),
        pytest.param("x = 1; F()\n", id="it shares its line"),
        pytest.param("F(\n)\n", id="it has several lines"),
        pytest.param("F()\nif __name__ == '__main__':\n    F()\n", id="a main guard starts the flow too"),
        pytest.param("F()\nF()\n", id="it is started twice"),
    ],
)
def test_where_the_start_is_not_plain_there_is_no_fix(tmp_path: Path, rest: str) -> None:
    assert set(fixes(tmp_path, {"flow.py": flow("F", rest)}, "MF110")) == {None}
