"""The edits that fixes are made of, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import libcst as cst
import pytest
from libcst import matchers

from mflint.diagnostics import Edit
from mflint.edits import Editor, NoRoom
from mflint.source import Source

Make = Callable[[Editor], Edit | Iterable[Edit]]


def edited(text: str, make: Make) -> str:
    """`text` after the edits that `make` makes of it; it must still be Python."""
    editor = Editor(Source(Path("flow.py"), text.encode()))
    made = make(editor)
    for edit in sorted([made] if isinstance(made, Edit) else made, reverse=True):
        text = text[: edit.start] + edit.content + text[edit.end :]
    compile(text, "flow.py", "exec")
    return text


def statement(editor: Editor, name: str) -> cst.CSTNode:
    """The expression statement that consists of `name`."""
    found = matchers.findall(editor.source.module, matchers.Expr(matchers.Name(name)))
    return found[0]


def definition(editor: Editor, name: str) -> cst.FunctionDef | cst.ClassDef:
    """The function or class called `name`."""
    wanted = matchers.FunctionDef(matchers.Name(name)) | matchers.ClassDef(matchers.Name(name))
    found = matchers.findall(editor.source.module, wanted)[0]
    assert isinstance(found, cst.FunctionDef | cst.ClassDef)
    return found


def aliases(editor: Editor, names: str) -> list[cst.ImportAlias]:
    """The imported names `names`, each of one letter."""
    found = matchers.findall(editor.source.module, matchers.ImportAlias())
    return [a for a in found if isinstance(a, cst.ImportAlias) and a.name.value in names]


TAKEN_AWAY = {
    "alone on its line": ("a\nx\nb\n", "a\nb\n"),
    "its comment goes, those above and below stay": ("# 1\nx  # 2\n# 3\n", "# 1\n# 3\n"),
    "first of several in a line": ("x; a; b\n", "a; b\n"),
    "between others in a line": ("a; x; b  # c\n", "a; b  # c\n"),
    "last of several in a line": ("a; x\n", "a\n"),
    "last of several before a loose semicolon": ("a; x;\n", "a;\n"),
    "in a line continued by a backslash": ("a; \\\nx\nb\n", "a\nb\n"),
    "the only one of a block": ("if a:\n    # 1\n    x  # 2\nb\n", "if a:\n    # 1\n    pass  # 2\nb\n"),
    "the only one of a body in one line": ("def f(): x  # 1\n", "def f(): pass  # 1\n"),
    "one of two of a body in one line": ("def f(): x; a\n", "def f(): a\n"),
    "in a nested block, with tabs and CRLF": (
        "if a:\r\n\tif b:\r\n\t\tx\r\n\t\tc\r\n",
        "if a:\r\n\tif b:\r\n\t\tc\r\n",
    ),
    "CR alone": ("a\rx\rb\r", "a\rb\r"),
    "the last line has no end": ("a\nx", "a\n"),
    "behind a leading form feed": ("\fa\nx\nb\n", "\fa\nb\n"),
    "in parentheses over several lines": ("a\n(\n    x\n)\nb\n", "a\nb\n"),
}


@pytest.mark.parametrize(("before", "after"), TAKEN_AWAY.values(), ids=TAKEN_AWAY)
def test_a_statement_is_taken_away(before: str, after: str) -> None:
    if "(\n" in before:
        assert edited(before, lambda e: e.remove_statement(e.source.module.body[1])) == after
    else:
        assert edited(before, lambda e: e.remove_statement(statement(e, "x"))) == after


DEFINITIONS_TAKEN_AWAY = {
    "with its decorators": (
        "class A:\n    # 1\n    @a(\n        1,\n    )\n    @b\n    def f(self):\n        c\n\n    y = 1\n",
        "class A:\n    # 1\n\n    y = 1\n",
    ),
    "as the only one of a block": (
        "if a:\n    @b\n    async def f():\n        pass\nc\n",
        "if a:\n    pass\nc\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), DEFINITIONS_TAKEN_AWAY.values(), ids=DEFINITIONS_TAKEN_AWAY)
def test_a_definition_is_taken_away(before: str, after: str) -> None:
    assert edited(before, lambda e: e.remove_statement(definition(e, "f"))) == after


ABOVE = {
    "at module level": ("a\nx\n", "a\nif y:\n    z\nx\n"),
    "in a block, below its comment": (
        "if a:\n  # 1\n  x\n",
        "if a:\n  # 1\n  if y:\n    z\n  x\n",
    ),
    "in a block of tabs with CRLF": ("if a:\r\n\tx\r\n", "if a:\r\n\tif y:\r\n\t\tz\r\n\tx\r\n"),
    "before the line of several": ("a; x\n", "if y:\n    z\na; x\n"),
    "before the line of several, continued by a backslash": ("a; \\\nx\n", "if y:\n    z\na; \\\nx\n"),
}


@pytest.mark.parametrize(("before", "after"), ABOVE.values(), ids=ABOVE)
def test_lines_are_put_above_a_statement(before: str, after: str) -> None:
    assert edited(before, lambda e: e.insert_before(statement(e, "x"), "if y:\n    z\n")) == after


def test_lines_are_put_above_the_decorators_of_a_definition() -> None:
    before = "class A:\n    # 1\n    @a\n    # 2\n    @b\n    def f(self): pass\n"
    after = "class A:\n    # 1\n    @c\n    @a\n    # 2\n    @b\n    def f(self): pass\n"
    assert edited(before, lambda e: e.insert_before(definition(e, "f"), "@c")) == after


BELOW = {
    "at module level": ("x  # 1\na\n", "x  # 1\nif y:\n    z\na\n"),
    "at the end of a file without a line end": ("x", "x\nif y:\n    z"),
    "CR alone": ("x\ra\r", "x\rif y:\r    z\ra\r"),
    "behind a line that a backslash continues": ("x \\\n\na\n", "x \\\n\nif y:\n    z\na\n"),
    "behind a comment that ends with a backslash": ("x # \\\na\n", "x # \\\nif y:\n    z\na\n"),
}


@pytest.mark.parametrize(("before", "after"), BELOW.values(), ids=BELOW)
def test_lines_are_put_below_a_statement(before: str, after: str) -> None:
    assert edited(before, lambda e: e.insert_after(statement(e, "x"), "if y:\n    z\n")) == after


def test_four_spaces_inside_a_line_are_no_indent() -> None:
    before, lines = "if a:\n\tx\n", "if y:\n    z = '    '  # a    b\n"
    after = "if a:\n\tif y:\n\t\tz = '    '  # a    b\n\tx\n"
    assert edited(before, lambda e: e.insert_before(statement(e, "x"), lines)) == after


IN_BODY = {
    "above the comment of the first statement": (
        "def f():  # 1\n    # 2\n    a\n",
        "def f():  # 1\n    import b\n    # 2\n    a\n",
    ),
    "behind the docstring": (
        'class f:\n\t"""a\n\tb"""  # 1\n\n\tc = 1\n',
        'class f:\n\t"""a\n\tb"""  # 1\n\timport b\n\n\tc = 1\n',
    ),
    "behind a docstring that is all": ("def f():\r\n  'a'", "def f():\r\n  'a'\r\n  import b"),
    "of a body in one line": ("def f(): a; c  # 1\n", "def f():\n    import b\n    a; c  # 1\n"),
    "of a body in one line, without space": ("class f:a=1", "class f:\n    import b\n    a=1"),
    "of a docstring in one line": ("def f(): 'a'  # 1\nc\n", "def f():\n    'a'  # 1\n    import b\nc\n"),
    "of a body in one line, in a block of tabs": (
        "if a:\n\tdef f(): pass\n",
        "if a:\n\tdef f():\n\t\timport b\n\t\tpass\n",
    ),
    "of a header over several lines": (
        "@a\nasync def f(\n    b,  # :\n) -> {1: 2}:\n    pass\n",
        "@a\nasync def f(\n    b,  # :\n) -> {1: 2}:\n    import b\n    pass\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), IN_BODY.values(), ids=IN_BODY)
def test_lines_become_the_first_of_a_body(before: str, after: str) -> None:
    assert edited(before, lambda e: e.insert_in_body(definition(e, "f"), "import b\n")) == after


@pytest.mark.parametrize("text", ["def f():\n    'a'; b\n", "def f(): 'a'; b\n"])
def test_there_is_no_room_behind_a_docstring_that_shares_its_line(text: str) -> None:
    with pytest.raises(NoRoom):
        edited(text, lambda e: e.insert_in_body(definition(e, "f"), "import b\n"))


IMPORTED = {
    "where the order puts it": (
        "from metaflow import FlowSpec, step  # 1\n",
        "from metaflow import FlowSpec, retry, step  # 1\n",
    ),
    "last where there is no order": (
        "from metaflow import step, FlowSpec  # 1\n",
        "from metaflow import step, FlowSpec, retry  # 1\n",
    ),
    "last in parentheses": ("from metaflow import (card,)\n", "from metaflow import (card, retry,)\n"),
    "on a line of its own": (
        "from metaflow import (\r\n\tFlowSpec,  # 1\r\n\tstep,  # 2\r\n)\r\n",
        "from metaflow import (\r\n\tFlowSpec,  # 1\r\n\tretry,\r\n\tstep,  # 2\r\n)\r\n",
    ),
    "on the last line, behind a comma and a comment": (
        "from metaflow import (\n    FlowSpec,\n    card,  # 1\n)\n",
        "from metaflow import (\n    FlowSpec,\n    card,  # 1\n    retry,\n)\n",
    ),
    "on the last line, behind a comment and no comma": (
        "from metaflow import (\n    card  # 1\n)\n",
        "from metaflow import (\n    card,  # 1\n    retry\n)\n",
    ),
    "on the last line, behind nothing": (
        "from metaflow import (\n    card\n)\n",
        "from metaflow import (\n    card,\n    retry\n)\n",
    ),
    "behind a backslash": (
        "from metaflow import FlowSpec, \\\n    card\n",
        "from metaflow import FlowSpec, \\\n    card, retry\n",
    ),
    "beside another name of it": (
        "from metaflow import retry as again\n",
        "from metaflow import retry as again, retry\n",
    ),
    "not in a relative import": (
        "from .metaflow import a\n",
        "from .metaflow import a\nfrom metaflow import retry\n",
    ),
    "below the other imports": (
        '"""a"""\nfrom __future__ import annotations\n\nimport b  # 1\n\nc\n',
        '"""a"""\nfrom __future__ import annotations\n\nimport b  # 1\nfrom metaflow import retry\n\nc\n',
    ),
    "below the future": (
        "from __future__ import annotations; a = 1\n",
        "from __future__ import annotations; a = 1\nfrom metaflow import retry\n",
    ),
    "above an import that comes too late": (
        "import metaflow\n\n\nclass A: pass\nfrom metaflow import step\n",
        "import metaflow\nfrom metaflow import retry\n\n\nclass A: pass\nfrom metaflow import step\n",
    ),
    "below the docstring": ("'a'\nb\n", "'a'\n\nfrom metaflow import retry\nb\n"),
    "below a docstring without a line end": ("'a'", "'a'\n\nfrom metaflow import retry"),
    "below what must come first": (
        "#!/usr/bin/env python\n# coding: utf-8\nclass A: pass\n",
        "#!/usr/bin/env python\n# coding: utf-8\nfrom metaflow import retry\n\n\nclass A: pass\n",
    ),
    "below the licence": (
        "# Copyright\n\n# of A\nclass A: pass\n",
        "# Copyright\n\nfrom metaflow import retry\n\n\n# of A\nclass A: pass\n",
    ),
    "in an empty file": ("", "from metaflow import retry\n"),
    "behind a leading form feed": ("\fimport a\n", "\fimport a\nfrom metaflow import retry\n"),
    "not where it is there": ("from metaflow import retry\n", "from metaflow import retry\n"),
    "not where all is there": ("from metaflow import *\n", "from metaflow import *\n"),
}


@pytest.mark.parametrize(("before", "after"), IMPORTED.values(), ids=IMPORTED)
def test_a_name_is_imported(before: str, after: str) -> None:
    assert edited(before, lambda e: e.add_import("metaflow", "retry")) == after


def test_several_names_are_imported_in_their_places() -> None:
    before = "from metaflow import FlowSpec, retry, step\n"
    after = "from metaflow import FlowSpec, Parameter, project, retry, step, timeout\n"
    names = ("timeout", "project", "retry", "Parameter")
    assert edited(before, lambda e: e.add_import("metaflow", *names)) == after


TAKEN = {
    "a variable": "retry = 1\n",
    "a name of a loop": "for a, retry in b: pass\n",
    "something of another module": "from tenacity import retry\n",
    "a module": "import retry.again\n",
    "another name of Metaflow's": "from metaflow import step as retry\n",
    "what an exception leaves open": "try:\n    from metaflow import retry\nexcept E:\n    retry = None\n",
    "a method, which decorators below it see": "class A:\n    def retry(self): pass\n",
    "imported and wrapped": "from metaflow import retry\nretry = a(retry)\n",
    "imported too late": "class A: pass\nfrom metaflow import retry\n",
}


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_a_name_that_means_something_else_is_not_imported(text: str) -> None:
    with pytest.raises(NoRoom, match="`retry` means something else here"):
        edited(text, lambda e: e.add_import("metaflow", "retry"))


def test_a_name_that_only_a_function_binds_is_imported() -> None:
    before = "import a\ndef f(retry):\n    retry = 1\n"
    after = "import a\nfrom metaflow import retry\ndef f(retry):\n    retry = 1\n"
    assert edited(before, lambda e: e.add_import("metaflow", "retry")) == after


LINES = "from m import (\n    a,  # 1\n    b,  # 2\n    c  # 3\n)\n"
MIXED = "from m import (a, b,  # 1\n    c, d,)\n"
UNIMPORTED = {
    "the first": ("import a, b, c\n", "a", "import b, c\n"),
    "one between": ("import a, b as x, c\n", "b", "import a, c\n"),
    "the last": ("from m import a, b, c  # 1\n", "c", "from m import a, b  # 1\n"),
    "several": ("import a, b, c, d\n", "acd", "import b\n"),
    "all": ("x\nimport a, b  # 1\ny\n", "ab", "x\ny\n"),
    "all of a block": ("try:\n    import a\nexcept E: pass\n", "a", "try:\n    pass\nexcept E: pass\n"),
    "all of a part of a line": ("import a; x\n", "a", "x\n"),
    "all in parentheses": (LINES, "abc", ""),
    "the first of a list": (LINES, "a", "from m import (\n    b,  # 2\n    c  # 3\n)\n"),
    "the last of a list": (LINES, "c", "from m import (\n    a,  # 1\n    b,  # 2\n)\n"),
    "two of a list": (LINES, "bc", "from m import (\n    a,  # 1\n)\n"),
    "the first of mixed lines": (MIXED, "a", "from m import (b,  # 1\n    c, d,)\n"),
    "the last of the first of mixed lines": (MIXED, "b", "from m import (a,  # 1\n    c, d,)\n"),
    "the first of the last of mixed lines": (MIXED, "c", "from m import (a, b,  # 1\n    d,)\n"),
    "the last of mixed lines": (MIXED, "d", "from m import (a, b,  # 1\n    c,)\n"),
    "the last behind a backslash": ("from m import a, \\\n  b\nx\n", "b", "from m import a\nx\n"),
    "the first before a backslash": ("from m import a, \\\n  b\n", "a", "from m import \\\n  b\n"),
}


@pytest.mark.parametrize(("before", "names", "after"), UNIMPORTED.values(), ids=UNIMPORTED)
def test_names_of_an_import_are_taken_away(before: str, names: str, after: str) -> None:
    assert edited(before, lambda e: e.remove_import(*aliases(e, names))) == after


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a = 'b'\n", "'"),
        ('a = "b"\n', '"'),
        ("a = 1\n", '"'),
        ("# don't, won't, can't\na = \"b\"\n", '"'),
        ("'''a'''\nb = \"c\"\nd = r'e', 'f'\n", "'"),
    ],
)
def test_the_quotes_are_those_of_most_strings(text: str, quote: str) -> None:
    assert Editor(Source(Path("flow.py"), text.encode())).quote == quote


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_line_end_is_that_of_the_first_line(newline: str) -> None:
    assert Editor(Source(Path("flow.py"), f"a{newline}b{newline}".encode())).newline == newline
