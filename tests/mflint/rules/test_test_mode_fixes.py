"""What the fixes of the rules about the test mode make of a file, byte for byte."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from mflint.diagnostics import Applicability, Report
from mflint.engine import check_paths
from mflint.rules import Profile
from mflint.settings import Settings

STEPS = """
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass
"""


def report(code: str, settings: Settings) -> Report:
    path = settings.root / "flow.py"
    path.write_bytes(code.encode())
    return check_paths([path], settings)


def found(code: str, root: Path) -> set[str]:
    return {finding.code for finding in report(code, Settings(root, profile=Profile.STRICT)).findings}


def fixed(code: str, rule: str, root: Path) -> str | None:
    """`code` after the fix of its one finding of `rule`, None where there is no fix."""
    checked = report(code, Settings(root, select=(rule,)))
    assert checked.problems == ()
    (finding,) = checked.findings
    if finding.fix is None:
        return None
    assert finding.fix.applicability is (Applicability.SAFE if rule == "MF213" else Applicability.UNSAFE)
    after = code
    for edit in sorted(finding.fix.edits, reverse=True):
        after = after[: edit.start] + edit.content + after[edit.end :]
    compile(after, "flow.py", "exec")
    assert rule not in found(after, root)
    assert found(after, root) - found(code, root) <= {"MF206"}
    return after


LINE = 'test_mode = Parameter("test-mode", type=bool, default=True, help="Use little data.")'
IN_PRODUCTION = """test_mode = Parameter(
        "test-mode",
        type=bool,
        default=lambda _: not current.is_production,
        help="Use little data.",
    )"""
BASE = f"from metaflow import FlowSpec, Parameter, step\n\n\nclass B(FlowSpec):{STEPS}"
LONG = "x" * 120
TABS = "from metaflow import FlowSpec, step\r\nclass F(FlowSpec):\r\n\t@step\r\n\tdef start(self): pass\r\n"
ONE_LINE = LINE.replace("default=True", "default=lambda _: not current.is_production")

ADDED = {
    "first in a class without docstring": (
        """
        from metaflow import FlowSpec, step


        class F(FlowSpec):
            @step
            def start(self): pass
        """,
        f"""
        from metaflow import FlowSpec, Parameter, step


        class F(FlowSpec):
            {LINE}

            @step
            def start(self): pass
        """,
    ),
    "behind the docstring": (
        """
        from metaflow import *


        class F(FlowSpec):
            'What it does.'
            @step
            def start(self): pass
        """,
        """
        from metaflow import *


        class F(FlowSpec):
            'What it does.'

            test_mode = Parameter('test-mode', type=bool, default=True, help='Use little data.')

            @step
            def start(self): pass
        """,
    ),
    "with a project, on lines of its own": (
        '''
        from metaflow import FlowSpec, project, step


        @project(name="churn")
        class F(FlowSpec):
            """What it does."""

            # first
            @step
            def start(self): pass
        ''',
        f'''
        from metaflow import FlowSpec, Parameter, current, project, step


        @project(name="churn")
        class F(FlowSpec):
            """What it does."""

            {indent(IN_PRODUCTION, " " * 8).lstrip()}

            # first
            @step
            def start(self): pass
        ''',
    ),
    "on one line where the file has such lines": (
        f"""
        from metaflow import FlowSpec, current, project, step  # {LONG}


        @project(name="churn")
        class F(FlowSpec):
            @step
            def start(self): pass
        """,
        f"""
        from metaflow import FlowSpec, Parameter, current, project, step  # {LONG}


        @project(name="churn")
        class F(FlowSpec):
            {ONE_LINE}

            @step
            def start(self): pass
        """,
    ),
    "before the first parameter and its comment": (
        """
        from metaflow import FlowSpec, Parameter, step


        class F(FlowSpec):
            rows: int

            # rounds
            n = Parameter("n", default=1)

            @step
            def start(self): pass
        """,
        f"""
        from metaflow import FlowSpec, Parameter, step


        class F(FlowSpec):
            rows: int

            {LINE}
            # rounds
            n = Parameter("n", default=1)

            @step
            def start(self): pass
        """,
    ),
    "with the empty line that divides the others": (
        """
        from metaflow import FlowSpec, Parameter, step


        class F(FlowSpec):
            n = Parameter("n", default=1)

            m: int = Parameter("m", default=1)

            @step
            def start(self): pass
        """,
        f"""
        from metaflow import FlowSpec, Parameter, step


        class F(FlowSpec):
            {LINE}

            n = Parameter("n", default=1)

            m: int = Parameter("m", default=1)

            @step
            def start(self): pass
        """,
    ),
    "as a member of the module, before an attribute": (
        """
        import metaflow as mf


        @mf.project(name="churn")
        class F(mf.FlowSpec):
            rows = 1

            @mf.step
            def start(self): pass
        """,
        f"""
        import metaflow as mf


        @mf.project(name="churn")
        class F(mf.FlowSpec):
            {indent(IN_PRODUCTION, " " * 8).lstrip().replace("Para", "mf.Para").replace("curr", "mf.curr")}
            rows = 1

            @mf.step
            def start(self): pass
        """,
    ),
    "under the name that the file gives it": (
        """
        from metaflow import FlowSpec as X, Parameter as P, step


        class F(X):
            @step
            def start(self): pass
        """,
        f"""
        from metaflow import FlowSpec as X, Parameter as P, step


        class F(X):
            {LINE.replace("Parameter", "P")}

            @step
            def start(self): pass
        """,
    ),
    "in place of a pass": (f"{BASE}class F(B): pass  # a\n", f"{BASE}class F(B):\n    {LINE}  # a\n"),
    "in place of a pass below": (f"{BASE}class F(B):\n    pass\n", f"{BASE}class F(B):\n    {LINE}\n"),
    "in a body of one line": (
        f"{BASE}class F(B): rows = 1\n",
        f"{BASE}class F(B):\n    {LINE}\n    rows = 1\n",
    ),
    "behind a docstring that is all there is": (
        f'{BASE}class F(B):\n    "What it does."',
        f'{BASE}class F(B):\n    "What it does."\n\n    {LINE}',
    ),
    "with tabs and CRLF": (
        TABS,
        TABS.replace("Spec, ", "Spec, Parameter, ").replace(":", f":\r\n\t{LINE}\r\n", 1),
    ),
}


@pytest.mark.parametrize(("before", "after"), ADDED.values(), ids=ADDED)
def test_a_missing_test_mode_is_added(before: str, after: str, tmp_path: Path) -> None:
    assert fixed(dedent(before), "MF203", tmp_path) == dedent(after)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("    test_mode = True", id="an attribute of that name"),
        pytest.param("    def test_mode(self): pass", id="a method of that name"),
        pytest.param("    test_mode: bool", id="an annotation of that name"),
        pytest.param("    'x'; rows = 1", id="a docstring that shares its line"),
        pytest.param("    Parameter = dict", id="a class that means something else by Parameter"),
    ],
)
def test_where_there_is_no_room_nothing_is_added(body: str, tmp_path: Path) -> None:
    code = f"from metaflow import FlowSpec, step\nclass F(FlowSpec):\n{body}\n{STEPS}"
    assert fixed(code, "MF203", tmp_path) is None


def test_what_is_added_is_what_the_help_says(tmp_path: Path) -> None:
    code = f"from metaflow import FlowSpec, step  # {'x' * 80}\nclass F(FlowSpec):\n{STEPS}"
    line = (
        report(code, Settings(tmp_path, select=("MF203",)))
        .findings[0]
        .help.removeprefix("Add `")
        .removesuffix("`.")
    )
    assert f"    {line}\n" in str(fixed(code, "MF203", tmp_path))


DEFAULTS = {
    "a value": ("'test-mode', default=False", "'test-mode', default=True"),
    "a value by position": ("'test-mode', False, bool", "'test-mode', True, bool"),
    "None": ("'test-mode', default=None, help='a'", "'test-mode', default=True, help='a'"),
    "a string with its type": (
        "'test-mode', default='yes', type=str",
        "'test-mode', default=True, type=bool",
    ),
    "no default": ("'test-mode', type=bool", "'test-mode', type=bool, default=True"),
    "no default and no type": (
        "name='test-mode', required=True",
        "name='test-mode', default=True, required=True",
    ),
    "a lambda": ("'test-mode', default=(lambda _: False)", "'test-mode', default=(True)"),
    "one argument a line": (
        "\n        'test-mode',\n        type=bool,  # a\n        help='b',\n    ",
        "\n        'test-mode',\n        type=bool,\n        default=True,  # a\n        help='b',\n    ",
    ),
}


@pytest.mark.parametrize(("before", "after"), DEFAULTS.values(), ids=DEFAULTS)
def test_a_test_mode_that_is_off_is_turned_on(before: str, after: str, tmp_path: Path) -> None:
    code = "from metaflow import FlowSpec, Parameter, step\nclass F(FlowSpec):\n    a = Parameter({})\n{}"
    assert fixed(code.format(before, STEPS), "MF204", tmp_path) == code.format(after, STEPS)


PROJECT_DEFAULTS = {
    "the type is added": ("'test-mode', default={}", "'test-mode', type=bool, default={}"),
    "the type is there": ("'test-mode', type=bool, default={}", "'test-mode', type=bool, default={}"),
    "the type is another": ("'test-mode', default={}, type=int", "'test-mode', default={}, type=bool"),
    "by position": ("'test-mode', {}, help='a'", "'test-mode', {}, type=bool, help='a'"),
    "one argument a line": (
        "\n        'test-mode',\n        default={},\n    ",
        "\n        'test-mode',\n        type=bool,\n        default={},\n    ",
    ),
}
BUSY = STEPS.replace("pass", "print(3 if self.a else 4); self.n = 3 if self.a else 4")


@pytest.mark.parametrize(("rule", "value"), [("MF204", "False"), ("MF205", "True")])
@pytest.mark.parametrize(("before", "after"), PROJECT_DEFAULTS.values(), ids=PROJECT_DEFAULTS)
def test_with_a_project_the_default_is_off_in_production(
    rule: str, value: str, before: str, after: str, tmp_path: Path
) -> None:
    head = "from metaflow import FlowSpec, Parameter, {}project, step\n@project(name='a')\n"
    code = head + "class F(FlowSpec):\n    a = Parameter({})\n{}"
    wanted = after.format("lambda _: not current.is_production")
    assert fixed(code.format("", before.format(value), BUSY), rule, tmp_path) == code.format(
        "current, ", wanted, BUSY
    )


def test_current_is_spelled_as_the_file_spells_metaflow(tmp_path: Path) -> None:
    code = "import metaflow as mf\n@mf.project(name='a')\nclass F(mf.FlowSpec):\n    step = mf.step\n"
    code += "    a = mf.Parameter('test-mode', type=bool, default={})\n"
    assert fixed(code.format("0"), "MF204", tmp_path) == code.format("lambda _: not mf.current.is_production")


@pytest.mark.parametrize(
    ("arguments", "before"),
    [
        pytest.param("type=kind, default=False", "", id="a type that is computed"),
        pytest.param("(False)", "", id="a value in parentheses that gets a type behind it"),
        pytest.param("default=False", "current = 3\n", id="current means something else"),
    ],
)
def test_where_there_is_no_room_the_default_stays(arguments: str, before: str, tmp_path: Path) -> None:
    code = f"from metaflow import FlowSpec, Parameter, project, step\n{before}@project(name='a')\n"
    code += f"class F(FlowSpec):\n    a = Parameter('test-mode', {arguments})\n{STEPS}"
    assert fixed(code, "MF204", tmp_path) is None


def test_a_default_that_a_flow_without_project_shares_is_not_made_to_ask_for_production(
    tmp_path: Path,
) -> None:
    head = "from metaflow import *\nclass B:\n    a = Parameter('test-mode', {})\n"
    flows = f"@project(name='a')\nclass F(B, FlowSpec):\n{BUSY}class G(B, FlowSpec):\n{BUSY}"
    assert fixed(head.format("False") + flows, "MF204", tmp_path) is None
    assert fixed(head.format("True") + flows, "MF205", tmp_path) is None


def test_a_default_in_another_file_stays(tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text(
        "from metaflow import *\nclass B:\n    a = Parameter('test-mode', True)\n"
    )
    code = f"from metaflow import *\nfrom base import B\n@project(name='a')\nclass F(B, FlowSpec):\n{BUSY}"
    assert fixed(code, "MF205", tmp_path) is None


TYPED = {
    "a keyword": ("'a', default=lambda _: 3", "'a', type=int, default=lambda _: 3"),
    "by position": ("'a', lambda _: 3.5, help='b'", "'a', lambda _: 3.5, type=float, help='b'"),
    "None for a type": ("'a', default=lambda _: not x, type=None", "'a', default=lambda _: not x, type=bool"),
    "one argument a line": (
        "\n        'a',\n        default=lambda _: 3,  # b\n    ",
        "\n        'a',\n        type=int,\n        default=lambda _: 3,  # b\n    ",
    ),
}


@pytest.mark.parametrize(("before", "after"), TYPED.values(), ids=TYPED)
def test_a_missing_type_is_added(before: str, after: str, tmp_path: Path) -> None:
    code = "from metaflow import FlowSpec, Parameter, step\nclass F(FlowSpec):\n    a = Parameter({})\n{}"
    assert fixed(code.format(before, STEPS), "MF213", tmp_path) == code.format(after, STEPS)


@pytest.mark.parametrize(
    "arguments", ["default=lambda _: None", "default=lambda _: {}", "type=int, default=lambda _: True"]
)
def test_where_only_the_author_knows_the_type_stays(arguments: str, tmp_path: Path) -> None:
    code = (
        f"from metaflow import FlowSpec, Parameter\nclass F(FlowSpec):\n    a = Parameter('a', {arguments})\n"
    )
    assert fixed(code, "MF213", tmp_path) is None
