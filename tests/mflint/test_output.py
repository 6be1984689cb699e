"""What the formats print of a report, whole."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from mflint.diagnostics import Finding, Position, Problem, Related, Report, Severity, Span
from mflint.output import FORMATS, renderer
from mflint.output.colors import wants_color

BASE = Path("/project")
PATH = BASE / "flows" / "train.py"
SOURCE = """\
import pandas as pd
from metaflow import FlowSpec, step


class TrainFlow(FlowSpec):
    @step
    def start(self):
        self.frame = pd.read_csv("a.csv")
        self.next(self.end)
"""
MISSING = Finding(
    code="MF201",
    name="missing-project",
    severity=Severity.WARNING,
    message="`TrainFlow` has no `@project`",
    path=PATH,
    span=Span.at(5, 7, 9),
    flow="TrainFlow",
    help="add `@project(name=…)`",
)
FRAME = Finding(
    code="MF401",
    name="dataframe-artifact",
    severity=Severity.ERROR,
    message="`frame` holds a pandas frame",
    path=PATH,
    span=Span.at(8, 9, 10),
    flow="TrainFlow",
    step="start",
    related=(Related(PATH, Span.at(1, 8, 12), "pandas is imported here"),),
)
SILENCED = replace(
    MISSING, code="MF203", name="missing-test-mode", message="no test mode", suppressed="a trial"
)


def report(*findings: Finding, problems: tuple[Problem, ...] = (), files: int = 1, flows: int = 1) -> Report:
    return Report(findings, problems, files, flows, sources={PATH: SOURCE})


def rendered(
    name: str,
    given: Report,
    *,
    color: bool = False,
    show_suppressed: bool = False,
    statistics: bool = False,
) -> str:
    render = renderer(name)
    return render(given, base=BASE, color=color, show_suppressed=show_suppressed, statistics=statistics)


def expected(text: str) -> str:
    return dedent(text).removeprefix("\n")


def test_full_shows_the_source_and_what_explains_it() -> None:
    assert rendered("full", report(FRAME, MISSING)) == expected(
        """
        warning: MF201 [missing-project] `TrainFlow` has no `@project`
         --> flows/train.py:5:7
          |
        5 | class TrainFlow(FlowSpec):
          |       ^^^^^^^^^
        6 |     @step
        7 |     def start(self):
          |
          = flow: TrainFlow
          = help: add `@project(name=…)`

        error: MF401 [dataframe-artifact] `frame` holds a pandas frame
         --> flows/train.py:8:9
          |
        6 |     @step
        7 |     def start(self):
        8 |         self.frame = pd.read_csv("a.csv")
          |         ^^^^^^^^^^
        9 |         self.next(self.end)
          |
          = flow: TrainFlow, step: start
        note: pandas is imported here
         --> flows/train.py:1:8
          |
        1 | import pandas as pd
          |        ^^^^^^^^^^^^
          |

        Found 1 error and 1 warning in 1 flow (1 file).
        """
    )


def test_full_shows_no_source_where_there_is_none() -> None:
    finding = replace(MISSING, path=BASE / "gone.py", flow=None, help="")
    assert rendered("full", report(finding)) == expected(
        """
        warning: MF201 [missing-project] `TrainFlow` has no `@project`
         --> gone.py:5:7

        Found 1 warning in 1 flow (1 file).
        """
    )


def test_full_shows_problems_and_statistics() -> None:
    problem = Problem(BASE / "gone", "No such file or directory")
    given = report(MISSING, FRAME, replace(MISSING, span=Span.at(6, 1)), problems=(problem,), files=2)
    assert rendered("full", given, statistics=True).endswith(
        expected(
            """

            error: gone: No such file or directory

            2  MF201 [missing-project]
            1  MF401 [dataframe-artifact]
            Found 1 error and 2 warnings in 1 flow (2 files).
            """
        )
    )


def test_full_in_colour_says_the_same() -> None:
    colored = rendered("full", report(MISSING), color=True)
    assert colored.startswith("\x1b[1;33mwarning\x1b[0m: \x1b[1mMF201 [missing-project]\x1b[0m `TrainFlow`")
    assert "\x1b[1;31m^^^^^^^^^\x1b[0m" in colored


def test_concise_is_one_line_each() -> None:
    problem = Problem(BASE / "gone", "No such file or directory")
    assert rendered("concise", report(FRAME, MISSING, problems=(problem,))) == expected(
        """
        flows/train.py:5:7: MF201 [missing-project] `TrainFlow` has no `@project`
        flows/train.py:8:9: MF401 [dataframe-artifact] `frame` holds a pandas frame
        gone: No such file or directory
        Found 1 error and 1 warning in 1 flow (1 file).
        """
    )


def test_suppressed_findings_are_counted_and_shown_when_asked_for() -> None:
    given = report(SILENCED, replace(SILENCED, suppressed=""))
    assert rendered("concise", given) == "All checks passed! (1 flow in 1 file) 2 findings suppressed.\n"
    assert rendered("concise", given, show_suppressed=True) == expected(
        """
        flows/train.py:5:7: MF203 [missing-test-mode] no test mode (suppressed: a trial)
        flows/train.py:5:7: MF203 [missing-test-mode] no test mode (suppressed)
        All checks passed! (1 flow in 1 file) 2 findings suppressed.
        """
    )


def test_a_path_that_is_not_below_the_base_is_shown_whole() -> None:
    given = report(replace(MISSING, path=Path("/elsewhere/a.py")))
    assert rendered("concise", given).startswith("/elsewhere/a.py:5:7: MF201 ")


def test_nothing_that_a_terminal_obeys_is_printed() -> None:
    finding = replace(MISSING, path=BASE / "a\x1b[2J\n.py", message="`\x1b]0;x\x07`", help="", flow=None)
    assert rendered("concise", report(finding)).splitlines()[0] == (
        r"a\x1b[2J\n.py:5:7: MF201 [missing-project] `\x1b]0;x\x07`"
    )
    source = replace(report(MISSING), sources={PATH: "\n\n\n\nclass \x1b[2J\u202e: pass"})
    assert "5 | class \ufffd[2J\ufffd: pass\n" in rendered("full", source)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (report(files=3, flows=2), "All checks passed! (2 flows in 3 files)"),
        (report(files=1, flows=0), "No flows found in 1 file."),
        (report(files=0, flows=0), "No flows found in 0 files."),
        (report(problems=(Problem(BASE, "gone"),), files=0, flows=0), "Could not look at 1 path."),
        (report(FRAME, FRAME), "Found 2 errors in 1 flow (1 file)."),
    ],
)
@pytest.mark.parametrize("name", ["full", "concise"])
def test_the_closing_line_says_what_it_comes_to(name: str, given: Report, line: str) -> None:
    assert rendered(name, given).splitlines()[-1] == line


def test_json_holds_everything() -> None:
    problem = Problem(BASE / "gone", "No such file or directory")
    document = json.loads(rendered("json", report(FRAME, SILENCED, problems=(problem,))))
    assert document == {
        "version": 1,
        "findings": [
            {
                "code": "MF401",
                "name": "dataframe-artifact",
                "severity": "error",
                "message": "`frame` holds a pandas frame",
                "path": "flows/train.py",
                "flow": "TrainFlow",
                "step": "start",
                "span": {"start": {"line": 8, "column": 9}, "end": {"line": 8, "column": 19}},
                "related": [
                    {
                        "path": "flows/train.py",
                        "span": {"start": {"line": 1, "column": 8}, "end": {"line": 1, "column": 20}},
                        "message": "pandas is imported here",
                    }
                ],
                "help": None,
                "url": None,
                "fix": None,
            }
        ],
        "errors": [{"path": "gone", "message": "No such file or directory"}],
    }


def test_json_adds_what_is_asked_for() -> None:
    text = rendered("json", report(FRAME, SILENCED), show_suppressed=True, statistics=True)
    document = json.loads(text)
    assert [f["suppressed"] for f in document["findings"]] == [{"reason": "a trial"}, None]
    assert document["statistics"] == [{"code": "MF401", "name": "dataframe-artifact", "count": 1}]


@pytest.mark.parametrize("name", FORMATS)
def test_the_order_of_the_findings_does_not_matter(name: str) -> None:
    assert rendered(name, report(FRAME, MISSING)) == rendered(name, report(MISSING, FRAME))


FRAMES = {
    "several lines": (
        "a = 1\nb = call(\n    1,\n)\nc = 2",
        Span(Position(2, 5), Position(4, 2)),
        """
        1 | a = 1
        2 | b = call(
          |     ^^^^^
        3 |     1,
          |     ^^
        4 | )
          | ^
        5 | c = 2
        """,
    ),
    "many lines": (
        "call(\n" + "    1,\n" * 10 + ")\n",
        Span(Position(1, 1), Position(12, 2)),
        """
         1 | call(
           | ^^^^^
         2 |     1,
           |     ^^
         3 |     1,
           |     ^^
        ...
        12 | )
           | ^
        """,
    ),
    "tabs": (
        "if x:\n\tself.a\t= 1  # b",
        Span.at(2, 9, 1),
        """
        1 | if x:
        2 |     self.a  = 1  # b
          |             ^
        """,
    ),
    "wide and combining characters": (
        "x = '日本', 'e\u0301', y",
        Span.at(1, 17, 1),
        """
        1 | x = '日本', 'e\u0301', y
          |                  ^
        """,
    ),
    "the end of a line": (
        "x = (",
        Span.at(1, 6, 0),
        """
        1 | x = (
          |      ^
        """,
    ),
    "blank lines around": (
        "a\n\n\nb\n\n\nc",
        Span.at(4, 1, 1),
        """
        4 | b
          | ^
        """,
    ),
    "other line ends": (
        "a\r\nb\rc\x0cd\ne",
        Span.at(3, 1, 1),
        """
        1 | a
        2 | b
        3 | c\ufffdd
          | ^
        4 | e
        """,
    ),
    "the start of a long line": (
        "x = '" + "a" * 200 + "'",
        Span.at(1, 1, 1),
        """
        1 | x = '{}…
          | ^
        """.replace("{}", "a" * 94),
    ),
    "the middle of a long line": (
        "a" * 200 + "!" + "b" * 200,
        Span.at(1, 201, 1),
        """
        1 | …{}!{}…
          | {}^
        """.replace("{}", "a" * 24, 1).replace("{}", "b" * 73, 1).replace("{}", " " * 25),
    ),
    "the end of a long line": (
        "a" * 200 + "!",
        Span.at(1, 201, 1),
        """
        1 | …{}!
          | {}^
        """.replace("{}", "a" * 98, 1).replace("{}", " " * 99),
    ),
    "more than fits": (
        "f(" + "a" * 200 + ")",
        Span.at(1, 1, 203),
        """
        1 | f({}…
          | {}
        """.replace("{}", "a" * 97, 1).replace("{}", "^" * 100),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "span", "lines"), FRAMES.values(), ids=FRAMES)
def test_the_frame_shows(source: str, span: Span, lines: str) -> None:
    finding = replace(MISSING, span=span, flow=None, help="")
    text = rendered("full", replace(report(finding), sources={PATH: source}))
    frame = text.split("\n\nFound")[0].splitlines()[2:]
    gutter = frame[0]
    assert gutter == frame[-1]
    assert "\n".join(frame[1:-1]) == expected(lines).rstrip()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "wanted"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (io.StringIO(), {}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_colours_are_for_terminals_and_those_who_ask(
    stream: io.StringIO, environment: dict[str, str], wanted: bool
) -> None:
    assert wants_color(stream, environment) is wanted
