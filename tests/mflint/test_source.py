from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from mflint.source import Source, SourceError, SourceErrorKind, with_deep_stack

SYNTAX, UNREADABLE = SourceErrorKind.SYNTAX, SourceErrorKind.UNREADABLE


def refusal(data: bytes) -> tuple[SourceErrorKind, int, int, str]:
    with pytest.raises(SourceError) as caught:
        with_deep_stack(lambda: Source(Path("flow.py"), data).module)
    error = caught.value
    return error.kind, error.line, error.column, error.message


def span_of_last_statement(data: bytes) -> tuple[int, int, int, int]:
    source = Source(Path("flow.py"), data)
    last = source.module.body[-1]
    span = source.spans([last])[last]
    return span.start.line, span.start.column, span.end.line, span.end.column


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"a = 1\nb = 2\n", (2, 1, 2, 6), id="lines end with a line feed"),
        pytest.param(b"a = 1\r\nb = 2\r\n", (2, 1, 2, 6), id="lines end with CR and LF"),
        pytest.param(b"a = 1\rb = 2\r", (2, 1, 2, 6), id="lines end with CR alone"),
        pytest.param(b"a = 1\r\nb = 2\nc = 3\rd = 4\n", (4, 1, 4, 6), id="line ends are mixed"),
        pytest.param(b"\xef\xbb\xbfa = 1\n", (1, 1, 1, 6), id="a byte order mark is no character"),
        pytest.param(b"\xef\xbb\xbfa = 1\r\nb = 2", (2, 1, 2, 6), id="a byte order mark before CRLF lines"),
        pytest.param(b"a = 1\n\x0c\nb = 2\n", (3, 1, 3, 6), id="a form feed in a line of its own"),
        pytest.param(
            b"if a:\n\tb = '\xc3\xa9'; c = 1\n", (1, 1, 2, 16), id="tabs and accents are one column"
        ),
        pytest.param(b"a = '''\n\xf0\x9f\x98\x80''' + b\n", (1, 1, 2, 9), id="an emoji is one column"),
        pytest.param(
            b"# -*- coding: latin-1 -*-\na = '\xe9\xe8'\n", (2, 1, 2, 9), id="latin-1 as its cookie says"
        ),
        pytest.param(
            b"#!/usr/bin/python\n# vim: fileencoding=cp1252\na = '\x80'\n",
            (3, 1, 3, 8),
            id="cookie in line 2",
        ),
        pytest.param(b"a = 1", (1, 1, 1, 6), id="no line end at the end"),
        pytest.param(b"a = 1 + \\\n    2\n", (1, 1, 2, 6), id="a continued line"),
    ],
)
def test_a_statement_stands_where_an_editor_shows_it(
    data: bytes, expected: tuple[int, int, int, int]
) -> None:
    assert span_of_last_statement(data) == expected


def test_a_leading_form_feed_is_no_character() -> None:
    assert span_of_last_statement(b"\x0ca = 1\n") == (1, 1, 1, 6)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# nothing", b"\xef\xbb\xbf", b"\r\n"])
def test_a_file_without_statements_is_an_empty_module(data: bytes) -> None:
    assert len(Source(Path("flow.py"), data).module.body) == 0


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            b"a = 1\nb = '\xe9'\n",
            (UNREADABLE, 2, 1, "not utf-8: byte 0xe9 (invalid continuation byte)"),
            id="bytes that are not UTF-8",
        ),
        pytest.param(
            b"# coding: nonsense\n",
            (UNREADABLE, 1, 1, "unknown or wrong encoding: unknown encoding: nonsense"),
            id="an encoding that nobody knows",
        ),
        pytest.param(
            b"\xef\xbb\xbf# coding: latin-1\n",
            (UNREADABLE, 1, 1, "unknown or wrong encoding: encoding problem: utf-8"),
            id="a byte order mark that the cookie contradicts",
        ),
        pytest.param(
            b"# coding: hex\n",
            (
                UNREADABLE,
                1,
                1,
                (
                    "cannot be decoded as hex: 'hex' is not a text encoding; "
                    "use codecs.decode() to handle arbitrary codecs"
                ),
            ),
            id="an encoding that is none of text",
        ),
    ],
)
def test_bytes_that_are_no_text_are_refused(
    data: bytes, expected: tuple[SourceErrorKind, int, int, str]
) -> None:
    assert refusal(data) == expected


def test_null_bytes_are_refused() -> None:
    assert refusal(b"a = 1\nb = '\0'\n") == (SYNTAX, 2, 6, "source code cannot contain null bytes")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("class A(B)\n    pass\n", (1, 11, "expected ':'"), id="a colon is missing"),
        pytest.param(
            "def f():\nx = 1\n",
            (2, 1, "expected an indented block after function definition on line 1"),
            id="no block",
        ),
        pytest.param("a = (1,\nb = 2\n", (1, 5, "'(' was never closed"), id="a bracket stays open"),
        pytest.param(
            "a = 'x\n", (1, 5, "unterminated string literal (detected at line 1)"), id="a string stays open"
        ),
        pytest.param(
            "print 'x'\n",
            (1, 1, "Missing parentheses in call to 'print'. Did you mean print(...)?"),
            id="a print statement of Python 2",
        ),
        pytest.param(
            "é = 'ü'; b = = 2\n", (1, 14, "invalid syntax"), id="columns are characters after accents"
        ),
        pytest.param(
            "f() = 1\n",
            (1, 1, "cannot assign to function call here. Maybe you meant '==' instead of '='?"),
            id="a call as a target",
        ),
    ],
)
def test_a_syntax_error_has_the_place_and_the_words_of_python(
    code: str, expected: tuple[int, int, str]
) -> None:
    kind, *rest = refusal(code.encode())
    assert (kind, *rest) == (SYNTAX, *expected)


@pytest.mark.parametrize("code", ["a = '\\d'\n", "a = b'\\d'\n", "if a is 1: pass\n"])
def test_what_python_only_warns_of_is_read_in_silence(code: str) -> None:
    assert len(Source(Path("flow.py"), code.encode()).module.body) == 1


@pytest.mark.parametrize("depth", [201, 2_500, 50_000])
def test_brackets_deeper_than_python_allows_are_a_syntax_error(depth: int) -> None:
    code = "a = 1\nb = " + "(" * depth + "1" + ")" * depth + "\n"
    assert refusal(code.encode()) == (SYNTAX, 2, 1, "too many nested parentheses")


def test_brackets_as_deep_as_python_allows_are_read() -> None:
    assert span_of_last_statement(b"a = " + b"[" * 199 + b"]" * 199 + b"\n") == (1, 1, 1, 403)


def test_brackets_in_strings_and_comments_do_not_nest() -> None:
    code = "a = '" + "(" * 500 + "'\nb = '''\n" + "[" * 500 + "'''  # " + "{" * 500 + "\n"
    assert span_of_last_statement(code.encode())[:2] == (2, 1)


def test_thousands_of_adjacent_strings_are_more_than_libcst_reads() -> None:
    code = "a = 1\nb = (" + " ".join(["'x'"] * 5_000) + ")\n"
    kind, _, _, message = refusal(code.encode())
    assert (kind, message) == (UNREADABLE, "libcst cannot parse what Python can")


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        pytest.param(
            "x = " + " and ".join(f"a{i}" for i in range(1_000)) + "\n", 1, id="1,000 terms of `and`"
        ),
        pytest.param("x = " + " + ".join(f"a{i}" for i in range(1_000)) + "\n", 1, id="1,000 terms of `+`"),
        pytest.param("x = a" + ".b" * 1_000 + "\n", 1, id="1,000 attributes"),
        pytest.param("x = a" + ".b()" * 500 + "\n", 1, id="500 calls in a chain"),
        pytest.param(
            "if a:\n    pass\n" + "".join(f"elif a == {i}:\n    pass\n" for i in range(1_000)),
            2_002,
            id="1,000 times `elif`",
        ),
        pytest.param("".join(f"a{i} = {i}\n" for i in range(20_000)), 20_000, id="20,000 lines"),
    ],
)
def test_long_code_is_read_and_found(code: str, lines: int) -> None:
    last_line = with_deep_stack(lambda: span_of_last_statement(code.encode()))[2]
    assert last_line == lines


def test_a_deep_stack_hands_on_what_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        with_deep_stack(lambda: 1 / 0)


def test_a_deep_stack_leaves_the_recursion_limit_as_it_was() -> None:
    limit = sys.getrecursionlimit()
    with_deep_stack(lambda: None)
    assert sys.getrecursionlimit() == limit


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        Source.read(tmp_path / "gone.py")
    assert (caught.value.kind, caught.value.message) == (UNREADABLE, "No such file or directory")


def test_bad_files_do_not_keep_the_others_from_being_checked(tmp_path: Path) -> None:
    flow = "from metaflow import FlowSpec, step\nclass F(FlowSpec):\n    @step\n    def start(self): pass\n"
    (tmp_path / "a.py").write_bytes(b"# metaflow \xe9\n")
    (tmp_path / "b.py").write_text("import metaflow\nx = " + "(" * 2_500 + ")" * 2_500)
    (tmp_path / "c.py").write_text("import metaflow\ndef f(:\n")
    (tmp_path / "d.py").write_text("")
    (tmp_path / "e.py").write_text(flow)
    report = check_paths([tmp_path], Settings(tmp_path, select=("MF201",)))
    assert [(f.code, f.path.name, f.span.start.line) for f in report.findings] == [
        ("MF004", "a.py", 1),
        ("MF001", "b.py", 2),
        ("MF001", "c.py", 2),
        ("MF201", "e.py", 2),
    ]
