from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
HEAD = "from metaflow import FlowSpec, step\n"
FLOW = f"{HEAD}class F(FlowSpec):{STEPS}"
MESSAGE = "`F` starts whenever the file is imported"


@pytest.mark.parametrize(
    ("start", "found"),
    [
        pytest.param("F()\n", [(7, 1, MESSAGE)], id="a plain call"),
        pytest.param("x = 1; F()\n", [(7, 8, MESSAGE)], id="behind another statement"),
        pytest.param("flow = F()\n", [(7, 8, MESSAGE)], id="a call whose value is kept"),
        pytest.param("flow: F = F()\n", [(7, 11, MESSAGE)], id="one with an annotation"),
        pytest.param("F(True)\n", [(7, 1, MESSAGE)], id="with the command line, in so many words"),
        pytest.param("F(use_cli=True)\n", [(7, 1, MESSAGE)], id="with the keyword"),
        pytest.param("G = F\nG()\n", [(8, 1, MESSAGE)], id="by another name"),
        pytest.param("F()\nF()\n", [(7, 1, MESSAGE), (8, 1, MESSAGE)], id="twice"),
        pytest.param(
            "F()\nif __name__ == '__main__':\n    F()\n", [(7, 1, MESSAGE)], id="beside a main guard"
        ),
    ],
)
def test_a_flow_that_starts_at_import_is_found(
    tmp_path: Path, start: str, found: list[tuple[int, int, str]]
) -> None:
    assert check(tmp_path, {"flow.py": FLOW + start}, "MF110") == found


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("if __name__ == '__main__':\n    F()\n", id="under the main guard"),
        pytest.param("if '__main__' == __name__: F()\n", id="under a main guard the other way round"),
        pytest.param("def main():\n    F()\n", id="in a function"),
        pytest.param("class A:\n    def f(self):\n        F()\n", id="in a method"),
        pytest.param("start = lambda: F()\n", id="in a lambda"),
        pytest.param("import sys\nif 'run' in sys.argv:\n    F()\n", id="on a condition"),
        pytest.param("F(use_cli=False)\n", id="without the command line"),
        pytest.param("F(False)\n", id="without it, by position"),
        pytest.param("import os\nF(os.environ.get('CLI'))\n", id="with a computed argument"),
        pytest.param("import os\nF(**dict(os.environ))\n", id="with hidden arguments"),
        pytest.param("print(F)\n", id="as an argument"),
        pytest.param("F\n", id="without call"),
        pytest.param("def F(): pass\nF()\n", id="another thing of that name"),
        pytest.param("F.main()\n", id="a method of the class"),
        pytest.param("", id="not at all"),
    ],
)
def test_a_flow_that_an_import_does_not_start_is_fine(tmp_path: Path, rest: str) -> None:
    assert check(tmp_path, {"flow.py": FLOW + rest}, "MF110") == []
    assert silences(tmp_path, {"flow.py": FLOW + rest}, "MF110") == []


def test_a_file_that_nobody_imports_may_start_its_flow(tmp_path: Path) -> None:
    assert check(tmp_path, {"__main__.py": f"{FLOW}F()\n"}, "MF110", path="__main__.py") == []


def test_a_flow_inside_a_function_is_not_the_module_s(tmp_path: Path) -> None:
    code = f"{HEAD}def make():\n    class F(FlowSpec):\n        @step\n        def start(self): pass\nF()\n"
    assert check(tmp_path, {"flow.py": code}, "MF110") == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(
            f"{HEAD}from company import Base\nclass F(Base, FlowSpec):{STEPS}F()\n",
            "base class Base of F is not in the project's source",
            id="a base class from outside",
        ),
        pytest.param(
            f"{HEAD}from company import team\n@team\nclass F(FlowSpec):{STEPS}F()\n",
            "@team may change the flow",
            id="an unknown decorator",
        ),
        pytest.param(
            f"{FLOW}    def __init__(self): super().__init__(use_cli=False)\nF()\n",
            "F has an `__init__` of its own",
            id="an __init__",
        ),
        pytest.param(
            f"{FLOW}if __name__ != '__main__':\n    raise SystemExit\nF()\n",
            "the file looks at `__name__` outside a main guard",
            id="a guard turned round",
        ),
    ],
)
def test_where_the_file_may_decide_otherwise_the_rule_is_silent(
    tmp_path: Path, code: str, reason: str
) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF110") == []
    assert silences(tmp_path, {"flow.py": code}, "MF110") == [f"MF110 [flow-run-at-import]: {reason}"]
