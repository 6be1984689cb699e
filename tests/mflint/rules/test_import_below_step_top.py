from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests.mflint.flow_projects import check

HEAD = "from metaflow import FlowSpec, step\nclass F(FlowSpec):\n    @step\n    def start(self):\n"


def found(root: Path, body: str) -> list[tuple[int, int, str]]:
    code = HEAD + indent(dedent(body).strip("\n"), "        ") + "\n"
    return [(line - 4, column, message) for line, column, message in check(root, {"flow.py": code}, "MF103")]


def below(name: str, line: int, column: int = 9) -> tuple[int, int, str]:
    return (line, column, f"`{name}` is imported below the top of step `start`")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = 1\nimport a", [below("a", 2)]),
        ("x = 1\nimport a, b", [below("a", 2)]),
        ("x = 1\nfrom a import b, c", [below("a.b", 2)]),
        ("x = 1\nfrom .a import b", [below(".a.b", 2)]),
        ("'''Doc.'''\nprint()\nimport a", [below("a", 3)]),
        ("import a\nx = 1\nimport b\nimport c", [below("b", 3), below("c", 4)]),
        ("if x:\n    import a", [below("a", 2, 13)]),
        ("for x in y:\n    import a", [below("a", 2, 13)]),
        ("x = 1\ntry:\n    import a\nexcept ImportError:\n    a = None", [below("a", 3, 13)]),
        ("try:\n    x = 1\n    import a\nexcept ImportError:\n    pass", [below("a", 3, 13)]),
        ("try:\n    import a\nexcept ImportError:\n    install()\n    import a", [below("a", 5, 13)]),
        ("pass\nimport a", [below("a", 2)]),
        ("with x:\n    import a", [below("a", 2, 13)]),
    ],
)
def test_an_import_after_another_statement_is_found(
    tmp_path: Path, body: str, expected: list[tuple[int, int, str]]
) -> None:
    assert found(tmp_path, body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "import a\nfrom b import c\nx = 1",
        "'''Doc.'''\n# comment\nimport a\nx = 1",
        "'''Doc.'''\n\nimport a; import b; x = 1",
        "try:\n    import a\nexcept ImportError:\n    import b as a\nimport c",
        "try:\n    import a\nexcept ImportError:\n    a = None\nimport c",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\nimport b",
        "x = 1\nif TYPE_CHECKING:\n    import a",
        "global a\nimport a",
        "x = 1\ndef inner():\n    import a",
        "x = 1\nclass Inner:\n    import a",
        "pass",
    ],
)
def test_imports_at_the_top_of_a_step_or_in_a_scope_of_their_own_are_fine(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body) == []


def test_methods_and_functions_that_are_no_steps_are_left_alone(tmp_path: Path) -> None:
    code = """
    from metaflow import FlowSpec, step
    def helper():
        x = 1
        import a
    class F(FlowSpec):
        def method(self):
            x = 1
            import a
        @step
        def start(self): pass
    """
    assert check(tmp_path, {"flow.py": code}, "MF103") == []
