from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from mflint.diagnostics import Applicability
from tests.mflint.fixing import fixed, fixes
from tests.mflint.flow_projects import check, silences

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""
HEAD = "from metaflow import FlowSpec, step\n"
FLOW = f"{HEAD}class F(FlowSpec):{STEPS}"
NESTED = f"{HEAD}def make():\n    class F(FlowSpec):{indent(STEPS, '    ')}\n"
FOUND = [(2, 7, "nothing in the file starts `F`, so running the file does nothing")]


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("", id="no line behind the flow"),
        pytest.param(
            "if __name__ == '__main__':\n    print('a')\n", id="a main guard that does something else"
        ),
        pytest.param(
            "if __name__ == '__main__':\n"
            "    import argparse\n    parser = argparse.ArgumentParser()\n    parser.parse_args()\n",
            id="a main guard that reads its arguments",
        ),
        pytest.param("import pandas as pd\npd.set_option('a', 1)\n", id="calls of a library at module level"),
        pytest.param(
            "if __name__ == '__main__':\n    main()\ndef main(): print('a')\n", id="a main function"
        ),
        pytest.param('"F starts by itself."\n', id="a string that holds the name among others"),
    ],
)
def test_a_flow_that_nothing_starts_is_found(tmp_path: Path, rest: str) -> None:
    assert check(tmp_path, {"flow.py": FLOW + rest}, "MF105") == FOUND


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("if __name__ == '__main__':\n    F()\n", id="under the main guard"),
        pytest.param("F()\n", id="at module level"),
        pytest.param("def main(): F()\nif __name__ == '__main__':\n    main()\n", id="through a function"),
    ],
)
def test_a_flow_that_its_file_starts_is_fine(tmp_path: Path, rest: str) -> None:
    assert check(tmp_path, {"flow.py": FLOW + rest}, "MF105") == []
    assert silences(tmp_path, {"flow.py": FLOW + rest}, "MF105") == []


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        pytest.param("G = F\n", "F is used in its file", id="an alias"),
        pytest.param("def main(): F()\n", "F is used in its file", id="a function that others may call"),
        pytest.param("run(F)\n", "F is used in its file", id="an argument"),
        pytest.param("FLOWS = {'a': F}\n", "F is used in its file", id="a dictionary"),
        pytest.param("start = lambda: [F]\n", "F is used in its file", id="a lambda"),
        pytest.param("class A:\n    def f(self): F()\n", "F is used in its file", id="a method"),
        pytest.param("def f(x=F): pass\n", "F is used in its file", id="a default"),
        pytest.param("globals()['a']()\n", "the file looks at its own names", id="globals"),
        pytest.param("import sys\nsys.modules\n", "the file looks at `sys.modules`", id="sys.modules"),
        pytest.param("getattr(a, 'F')()\n", "a string names F", id="a string with the name"),
        pytest.param("__all__ = ['F']\n", "a string names F", id="an export"),
        pytest.param("F = wrap(1)\n", "F is bound more than once", id="a second binding"),
        pytest.param(
            "from company import main\nif __name__ == '__main__':\n    main()\n",
            "the main guard calls main",
            id="a main guard that calls something unknown",
        ),
        pytest.param(
            "import company\nif __name__ == '__main__':\n    app = company.App()\n    app.run()\n",
            "the main guard calls company.App",
            id="a main guard with an unknown object",
        ),
        pytest.param(
            "import fire\nfire.Fire()\n", "the file calls fire.Fire", id="a command line of its own"
        ),
    ],
)
def test_where_the_file_may_start_it_in_another_way_the_rule_is_silent(
    tmp_path: Path, rest: str, reason: str
) -> None:
    assert check(tmp_path, {"flow.py": FLOW + rest}, "MF105") == []
    assert silences(tmp_path, {"flow.py": FLOW + rest}, "MF105") == [f"MF105 [missing-main-guard]: {reason}"]


@pytest.mark.parametrize(
    "runner",
    [
        pytest.param("from flow import F\nF()\n", id="from the module"),
        pytest.param("import flow\nflow.F()\n", id="the module"),
        pytest.param("def f():\n    from flow import F\n", id="in a function"),
        pytest.param("from flow import *\n", id="with a star"),
        pytest.param("import os; import flow\n", id="behind another statement"),
        pytest.param("from importlib import import_module\nimport_module('flow').F()\n", id="by its name"),
    ],
)
def test_a_file_that_another_one_imports_may_be_started_there(tmp_path: Path, runner: str) -> None:
    files = {"flow.py": FLOW, "run.py": runner}
    assert check(tmp_path, files, "MF105") == []
    reason = "another file imports the flow's file and may start it"
    assert silences(tmp_path, files, "MF105") == [f"MF105 [missing-main-guard]: {reason}"]


def test_a_package_that_hands_the_flow_on_imports_it(tmp_path: Path) -> None:
    files = {"team/__init__.py": "from .flow import F\n", "team/flow.py": FLOW}
    assert check(tmp_path, files, "MF105", path="team/flow.py") == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("from metaflow import Runner\nRunner('flow.py').run()\n", id="a Runner runs the file"),
        pytest.param("flow = 1\n", id="another thing of that name"),
        pytest.param("from elsewhere.flow import F\n", id="another module of that name"),
        pytest.param("from metaflow import Flow\nFlow('F')\n", id="its runs"),
    ],
)
def test_a_file_that_only_names_it_starts_nothing(tmp_path: Path, other: str) -> None:
    assert check(tmp_path, {"flow.py": FLOW, "run.py": other}, "MF105") == FOUND


def test_of_two_flows_the_one_that_is_not_started_is_found(tmp_path: Path) -> None:
    code = f"{FLOW}class G(FlowSpec):{STEPS}if __name__ == '__main__':\n    G()\n"
    assert check(tmp_path, {"flow.py": code}, "MF105") == FOUND
    assert fixes(tmp_path, {"flow.py": code}, "MF105") == [None]


@pytest.mark.parametrize(
    ("files", "path"),
    [
        pytest.param({"test_flow.py": FLOW}, "test_flow.py", id="a test module"),
        pytest.param({"flow_test.py": FLOW}, "flow_test.py", id="a test module by its end"),
        pytest.param({"conftest.py": FLOW}, "conftest.py", id="what tests share"),
        pytest.param({"flow.py": HEAD + "class F(FlowSpec):\n    x = 1\n"}, "flow.py", id="no steps"),
        pytest.param({"flow.py": FLOW.replace("def end", "def last")}, "flow.py", id="no last step"),
        pytest.param({"flow.py": NESTED}, "flow.py", id="inside a function"),
    ],
)
def test_what_is_not_meant_to_be_run_is_left_alone(tmp_path: Path, files: dict[str, str], path: str) -> None:
    assert check(tmp_path, files, "MF105", path=path) == []


def test_a_flow_that_another_derives_from_is_left_alone(tmp_path: Path) -> None:
    files = {"flow.py": FLOW, "child.py": "from flow import F\nclass G(F): pass\nG()\n"}
    assert check(tmp_path, files, "MF105") == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(
            f"{HEAD}from company import Base\nclass F(Base, FlowSpec):{STEPS}",
            "base class Base of F is not in the project's source",
            id="a base class from outside",
        ),
        pytest.param(
            f"{HEAD}from company import register\n@register\nclass F(FlowSpec):{STEPS}",
            "@register may change the flow",
            id="an unknown decorator",
        ),
        pytest.param(
            f"{HEAD}class Base(FlowSpec):\n    def __init_subclass__(cls): cls()\nclass F(Base):{STEPS}",
            "a base class of F acts on its subclasses",
            id="a base class that starts its subclasses",
        ),
    ],
)
def test_what_the_source_does_not_show_may_start_it(tmp_path: Path, code: str, reason: str) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF105") == []
    assert silences(tmp_path, {"flow.py": code}, "MF105") == [f"MF105 [missing-main-guard]: {reason}"]


GUARD = 'if __name__ == "__main__":\n    F()\n'


@pytest.mark.parametrize(
    ("rest", "after"),
    [
        pytest.param("", f"\n\n{GUARD}", id="at the end"),
        pytest.param("\n\n\n", f"\n\n{GUARD}", id="in place of blank lines"),
        pytest.param("# end", f"# end\n\n\n{GUARD}", id="below a comment without line end"),
        pytest.param("X = 'a'\n", f"X = 'a'\n\n\n{GUARD}".replace('"', "'"), id="in the file's quotes"),
        pytest.param('if __name__ == "__main__":\n    pass\n', GUARD, id="in place of pass"),
        pytest.param(
            'if __name__ == "__main__":\n    print(1)  # a\n',
            'if __name__ == "__main__":\n    print(1)  # a\n    F()\n',
            id="below what the main guard does",
        ),
    ],
)
def test_the_fix_starts_the_flow(tmp_path: Path, rest: str, after: str) -> None:
    assert fixes(tmp_path, {"flow.py": FLOW + rest}, "MF105") == [Applicability.SAFE]
    assert fixed(tmp_path, {"flow.py": FLOW + rest}, "MF105") == FLOW + after


def test_the_fix_takes_the_file_s_line_ends_and_indentation(tmp_path: Path) -> None:
    code = FLOW.replace("    ", "\t").replace("\n", "\r\n").encode()
    after = f"\n\n{GUARD}".replace("    ", "\t").replace("\n", "\r\n")
    assert fixed(tmp_path, {"flow.py": code}, "MF105") == code.decode() + after


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("import sys\nif __name__ == '__main__':\n    sys.exit(0)\n", id="a guard that leaves"),
        pytest.param("if __name__ == '__main__':\n    raise SystemExit\n", id="a guard that raises"),
        pytest.param("if __name__ == '__main__': pass\n", id="a guard on one line"),
        pytest.param(
            "if __name__ == '__main__':\n    pass\nelse:\n    pass\n", id="a guard with another branch"
        ),
        pytest.param("if __name__ == '__main__' and 1:\n    pass\n", id="a guard with another condition"),
        pytest.param("if __name__ == '__main__':\n    for x in []: pass\n", id="a guard with a loop"),
        pytest.param(f"class G(FlowSpec):{STEPS}", id="a second flow that nothing starts"),
    ],
)
def test_where_the_place_is_not_plain_there_is_no_fix(tmp_path: Path, rest: str) -> None:
    assert set(fixes(tmp_path, {"flow.py": FLOW + rest}, "MF105")) == {None}
