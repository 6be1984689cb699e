from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests.mflint.flow_projects import Found, check, silences

FLOW = """\
import pandas as pd
import polars as pl
import helpers
from helpers import *
from helpers import maybe
from metaflow import S3, FlowSpec, step


class F(FlowSpec):
{attributes}
    @step
    def start(self):
{body}
        self.next(self.end)

    @step
    def end(self):
        pass

{methods}
"""
HELPERS = """
import pandas as pd
from typing import Optional

def load(path) -> pd.DataFrame: ...
def pair(path) -> tuple[pd.DataFrame, dict]: ...
def maybe(path) -> Optional["pd.DataFrame"]: ...
def either(path) -> "pd.DataFrame | None": ...
def rows(path) -> list[pd.DataFrame]: ...
def inferred(path):
    df = pd.read_csv(path)
    return df.dropna()
def split(path):
    df = pd.read_csv(path)
    return df, len(df)
def records(path):
    df = pd.read_csv(path)
    return df.to_dict("records")
def unclear(path):
    if path: return {}
    return pd.read_csv(path)
def cleaned(df: pd.DataFrame):
    return df.dropna()
def streamed(path):
    yield pd.read_csv(path)
async def fetched(path) -> pd.DataFrame: ...
@cache
def cached(path) -> pd.DataFrame: ...
"""
FIRST = 13
"""The line of the first statement of `start` where the class has no attributes of its own."""


def files(body: str, attributes: str = "", methods: str = "") -> dict[str, str | bytes]:
    blocks = {
        "attributes": indent(dedent(attributes).strip("\n"), "    "),
        "body": indent(dedent(body).strip("\n"), "        "),
        "methods": indent(dedent(methods).strip("\n"), "    "),
    }
    return {"flow.py": FLOW.format(**blocks), "helpers.py": HELPERS}


def found(root: Path, body: str, attributes: str = "", methods: str = "") -> list[Found]:
    findings = check(root, files(body, attributes, methods), "MF401")
    return [(line - FIRST + 1, column, message) for line, column, message in findings]


def kept(name: str, frame: str = "pandas.DataFrame", line: int = 1, column: int = 9) -> Found:
    return (line, column, f"`self.{name}` keeps a `{frame}`")


@pytest.mark.parametrize(
    ("statement", "frame"),
    [
        ("self.x = pd.DataFrame({'a': [1]})", "pandas.DataFrame"),
        ("self.x = pd.Series([1])", "pandas.Series"),
        ("self.x = pd.read_csv('a.csv')", "pandas.DataFrame"),
        ("self.x = pd.concat([a, b])", "pandas.DataFrame"),
        ("self.x = pd.DataFrame.from_dict({})", "pandas.DataFrame"),
        ("self.x = pd.read_csv('a.csv').dropna().head(3)", "pandas.DataFrame"),
        ("self.x = pd.read_csv('a.csv').T", "pandas.DataFrame"),
        ("self.x = pd.read_csv('a.csv')['b']", "pandas.Series"),
        ("self.x = pd.read_csv('a.csv')[['b', 'c']]", "pandas.DataFrame"),
        ("self.x = pd.read_csv('a.csv')[:10]", "pandas.DataFrame"),
        ("self.x = pd.read_csv('a.csv')['b'].to_frame()", "pandas.DataFrame"),
        ("self.x = pd.read_csv('a.csv') if a else pd.DataFrame()", "pandas.DataFrame"),
        ("self.x = (df := pd.read_csv('a.csv'))", "pandas.DataFrame"),
        ("self.x: object = pd.read_csv('a.csv')", "pandas.DataFrame"),
        ("self.x: pd.DataFrame = make()", "pandas.DataFrame"),
        ("self.x: 'pd.DataFrame' = make()", "pandas.DataFrame"),
        ("self.x, y = pd.read_csv('a.csv'), 1", "pandas.DataFrame"),
        ("self.x = y = pd.read_csv('a.csv')", "pandas.DataFrame"),
        ("setattr(self, 'x', pd.read_csv('a.csv'))", "pandas.DataFrame"),
        ("self.x = pl.scan_csv('a.csv')", "polars.LazyFrame"),
        ("self.x = pl.scan_csv('a.csv').filter(a).collect()", "polars.DataFrame"),
        ("self.x = pl.read_csv('a.csv').to_pandas()", "pandas.DataFrame"),
        ("self.x = load('a.csv')", "pandas.DataFrame"),
        ("self.x, n = pair('a.csv')", "pandas.DataFrame"),
        ("self.x = maybe('a.csv')", "pandas.DataFrame"),
        ("self.x = either('a.csv')", "pandas.DataFrame"),
        ("self.x = inferred('a.csv')", "pandas.DataFrame"),
        ("self.x, n = split('a.csv')", "pandas.DataFrame"),
        ("self.x = cleaned(a)", "pandas.DataFrame"),
        ("self.x = helpers.load('a.csv')", "pandas.DataFrame"),
    ],
)
def test_a_frame_assigned_to_self_is_found(tmp_path: Path, statement: str, frame: str) -> None:
    assert found(tmp_path, statement) == [kept("x", frame)]


@pytest.mark.parametrize(
    "statement",
    [
        "self.x = pd.read_csv('a.csv').to_dict('records')",
        "self.x = len(pd.read_csv('a.csv'))",
        "self.x = pd.read_csv('a.csv').shape",
        "self.x = pd.read_csv('a.csv').values",
        "self.x = pd.read_csv('a.csv')['b'].sum()",
        "self.x = pd.read_csv('a.csv')['b'].tolist()",
        "self.x = pd.read_csv('a.csv')['b'].corr(other)",
        "self.x = pd.read_csv('a.csv', chunksize=1000)",
        "self.x = pd.read_csv('a.csv', iterator=True)",
        "self.x = pd.read_excel('a.xlsx', sheet_name=None)",
        "self.x = pd.read_csv(**options)",
        "self.x = pd.DataFrame().drop(columns='a', inplace=True)",
        "self.x = [pd.read_csv('a.csv')]",
        "self.x = pd.DataFrame",
        "self.x = pd.to_datetime('2024-01-01')",
        "self.x = pd.read_pickle('a.pkl')",
        "self.x = pd.read_csv('a.csv') if a else None",
        "self.x = a or pd.read_csv('a.csv')",
        "self.x = (pd.read_csv(p) for p in paths)",
        "self.x = lambda: pd.read_csv('a.csv')",
        "self.x: pd.DataFrame",
        "self.x: pd.DataFrame = None",
        "self.x: 'Optional[pd.DataFrame]' = None",
        "self.x: 'pd.DataFrame' = {'a': [1]}",
        "self.x: dict[str, pd.DataFrame] = make()",
        "n, self.x = pair('a.csv')",
        "n, self.x = split('a.csv')",
        "self.x = pair('a.csv')",
        "self.x = rows('a.csv')",
        "self.x = records('a.csv')",
        "self.x = unclear('a.csv')",
        "self.x = streamed('a.csv')",
        "self.x = fetched('a.csv')",
        "self.x = cached('a.csv')",
        "self.x = nowhere.read_csv('a.csv')",
        "other.x = pd.read_csv('a.csv')",
        "x = pd.read_csv('a.csv')",
        "self.x['a'] = pd.read_csv('a.csv')",
        "self.x += pd.read_csv('a.csv')",
        "*self.x, y = pd.read_csv('a.csv')",
        "for self.x in pd.read_csv('a.csv'): pass",
        "with pd.read_csv('a.csv') as self.x: pass",
    ],
)
def test_what_is_no_frame_or_not_certain_to_be_one_is_left_alone(tmp_path: Path, statement: str) -> None:
    assert found(tmp_path, statement) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            """
            df = pd.read_csv("a.csv")
            df = df[(df.a > 1) & (df.b < 2)]
            self.x = df
            """,
            [kept("x", line=3)],
            id="a name that is bound to frames only",
        ),
        pytest.param(
            """
            import polars as pd
            self.x = pd.read_csv("a.csv")
            """,
            [kept("x", "polars.DataFrame", line=2)],
            id="the import of the step comes before that of the module",
        ),
        pytest.param(
            """
            if self.big:
                df = pd.read_csv("a.csv")
            else:
                df = pd.DataFrame()
            self.x = df
            """,
            [],
            id="a name that only branches bind",
        ),
        pytest.param(
            """
            df = pd.DataFrame()
            for path in paths:
                df = pd.concat([df, pd.read_csv(path)])
            self.x = df
            """,
            [kept("x", line=4)],
            id="a name that a loop binds to another frame",
        ),
        pytest.param(
            """
            df = pd.read_csv("a.csv")
            if self.plain:
                df = df.to_dict()
            self.x = df
            """,
            [],
            id="a name that a branch binds to plain data",
        ),
        pytest.param(
            """
            df = pd.read_csv("a.csv")
            for path in paths:
                df = df.to_dict()
            self.x = df
            """,
            [],
            id="a name that a loop binds to plain data",
        ),
        pytest.param(
            """
            df = pd.read_csv("a.csv")
            for path in paths:
                self.x = df
                df = df.to_dict()
            """,
            [],
            id="a name that the loop around it binds to plain data later",
        ),
        pytest.param(
            """
            df = pd.read_csv("a.csv")
            try:
                df = df.to_dict()
            except ValueError:
                pass
            self.x = df
            """,
            [],
            id="a name that a try binds to plain data",
        ),
        pytest.param(
            """
            df = pd.read_csv("a.csv")
            match kind:
                case {"df": df}: pass
            self.x = df
            """,
            [],
            id="a name that a match captures",
        ),
        pytest.param(
            """
            df = pd.read_csv("a.csv")
            with open("b") as df:
                self.x = df
            """,
            [],
            id="a name that with binds to something else",
        ),
        pytest.param(
            """
            df = pd.read_csv("a.csv")
            self.x = [df for df in range(3)]
            self.y = (lambda df: df)(1)
            """,
            [],
            id="a name that a comprehension or a lambda has for itself",
        ),
        pytest.param(
            """
            df = pd.read_csv("a.csv")
            def inner(df):
                self.x = df
            inner(1)
            """,
            [],
            id="a parameter of a nested function of the same name",
        ),
        pytest.param(
            """
            class Holder:
                def __init__(self):
                    self.x = pd.read_csv("a.csv")
            Holder()
            """,
            [],
            id="the self of a nested class is another one",
        ),
        pytest.param(
            """
            pd = object()
            self.x = pd.read_csv("a.csv")
            """,
            [],
            id="a name of the step that hides the module",
        ),
        pytest.param(
            """
            try:
                import polars as table
            except ImportError:
                import pandas as table
            self.x = table.read_csv("a.csv")
            """,
            [],
            id="an import that may be one of two libraries",
        ),
        pytest.param(
            """
            self.x = pd.read_csv("a.csv")
            self.y = self.x.dropna()
            """,
            [kept("x"), kept("y", line=2)],
            id="an artifact made of another of the same step",
        ),
        pytest.param(
            """
            self.x = pd.read_csv("a.csv")
            self.x["b"] = 1
            self.x.index = [1]
            """,
            [kept("x")],
            id="an artifact changed in place is found where it is assigned",
        ),
    ],
)
def test_names_are_followed_as_far_as_the_step_is_certain(
    tmp_path: Path, body: str, expected: list[Found]
) -> None:
    assert found(tmp_path, body) == expected


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["df = df.dropna()"] * 100, id="one after the other"),
        pytest.param(["if self.a: df = df.dropna()"] * 100, id="in branches"),
        pytest.param(["for a in b: df = df.drop(columns=a)"] * 5, id="in loops"),
        pytest.param(["df = again(df)"] * 3, id="through a recursive helper"),
    ],
)
def test_a_frame_is_followed_through_many_assignments(tmp_path: Path, lines: list[str]) -> None:
    body = "\n".join(["df = pd.read_csv('a.csv')", *lines, "self.x = df"])
    files_ = files(body)
    again = "\ndef again(df: pd.DataFrame):\n    if df is None: return again(df)\n    return df.dropna()\n"
    findings = check(tmp_path, {**files_, "helpers.py": HELPERS + again}, "MF401")
    assert [message for _, _, message in findings] == ["`self.x` keeps a `pandas.DataFrame`"]


def test_a_loop_of_many_branches_ends_without_an_answer(tmp_path: Path) -> None:
    body = "\n".join(
        ["df = pd.read_csv('a.csv')", "for a in b:", *["    if a: df = df.dropna()"] * 100, "self.x = df"]
    )
    assert found(tmp_path, body) == []


@pytest.mark.parametrize(
    "body",
    [
        "self.x = pd.read_csv('a')\ndel self.x",
        "self.x = pd.read_csv('a')\ndelattr(self, 'x')",
        "self.x = pd.read_csv('a')\nself.x = self.x.to_dict()",
        "self.x = pd.read_csv('a')\nself.x, self.y = {}, []",
        "self.x = pd.read_csv('a')\nsetattr(self, 'x', None)",
        "if a:\n    self.x = pd.read_csv('a')\ndel self.x",
        "for a in b:\n    self.x = pd.read_csv('a')\nself.x = None",
        "self.x = pd.read_csv('a')\nif a:\n    self.x = {}\nelse:\n    del self.x",
        "self.x = pd.read_csv('a')\nif a:\n    self.x = {}\nelif b:\n    self.x = []\nelse:\n    del self.x",
        "self.x = pd.read_csv('a')\ntry:\n    self.x = self.x.to_dict()\nexcept ValueError:\n    self.x = {}",
        "self.x = pd.read_csv('a')\ntry:\n    use(self.x)\nfinally:\n    del self.x",
        "with a:\n    self.x = pd.read_csv('a')\n    with b:\n        del self.x",
        "self.x = pd.read_csv('a')\nself.drop()",
        "self.x = pd.read_csv('a')\nself.clean_up()",
        "self.x = pd.read_csv('a')\ndef drop():\n    del self.x\ndrop()",
    ],
)
def test_a_frame_that_the_step_deletes_or_replaces_is_fine(tmp_path: Path, body: str) -> None:
    methods = """
    def clean_up(self):
        self.drop()

    def drop(self):
        del self.x
    """
    assert found(tmp_path, body, methods=methods) == []


@pytest.mark.parametrize(
    "body",
    [
        "self.x = pd.read_csv('a')\nif a:\n    del self.x",
        "self.x = pd.read_csv('a')\nfor a in b:\n    del self.x",
        "self.x = pd.read_csv('a')\ndel self.x['a']",
        "self.x = pd.read_csv('a')\ndel self.y",
        "self.x = pd.read_csv('a')\ndel x",
    ],
)
def test_a_frame_that_may_stay_is_found(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body) == [kept("x")]


def test_the_last_of_two_frames_in_an_artifact_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, "self.x = pd.read_csv('a')\nself.x = pd.read_csv('b')") == [kept("x", line=2)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("self.x = pd.read_csv('a')\nfinish(self)", "start"),
        ("self.x = pd.read_csv('a')\nfor n in names:\n    delattr(self, n)", "start"),
        ("self.x = pd.read_csv('a')\nself.__dict__.pop('x')", "start"),
        ("self.x = pd.read_csv('a')\nvars(self).clear()", "start"),
    ],
)
def test_where_self_leaves_the_step_the_rule_is_silent(tmp_path: Path, body: str, reason: str) -> None:
    assert found(tmp_path, body) == []
    assert silences(tmp_path, files(body), "MF401") == [
        f"MF401 [dataframe-artifact]: `self` leaves step `{reason}` for code that may delete artifacts"
    ]


@pytest.mark.parametrize(
    "body",
    [
        "self.x = pd.read_csv('a')\nwith S3(run=self) as s3: s3.put('a', 'b')",
        "self.x = pd.read_csv('a')\nprint(self)",
        "self.x = pd.read_csv('a')\nhasattr(self, 'x')",
        "self.x = pd.read_csv('a')\ngetattr(self, name)",
    ],
)
def test_what_cannot_delete_an_artifact_may_have_self(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body) == [kept("x")]


def test_a_method_that_a_step_calls_is_looked_at_once(tmp_path: Path) -> None:
    methods = """
    def read(self):
        self.x = self.fresh()

    def fresh(self) -> pd.DataFrame:
        return make()

    def unused(self):
        self.y = pd.read_csv("a.csv")

    @staticmethod
    def label(df):
        df.x = pd.Series([1])
    """
    body = "self.read()\nself.read()\nself.label(a)"
    assert found(tmp_path, body, methods=methods) == [kept("x", line=11)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("self.x = make()", [kept("x", line=1)]),
        ("self.x = None", []),
        ("self.x = {}", []),
        ("self.x = a", []),
        ("self.x = a.to_dict()", []),
        ("self.x, y = make()", []),
    ],
)
def test_a_type_declared_on_the_class_counts_where_a_call_gives_the_value(
    tmp_path: Path, body: str, expected: list[Found]
) -> None:
    assert found(tmp_path, body, attributes="x: pd.DataFrame") == expected


def test_a_step_of_a_base_flow_is_reported_in_its_own_file_only(tmp_path: Path) -> None:
    project: dict[str, str | bytes] = {
        "base.py": """
        import pandas as pd
        from metaflow import FlowSpec, step
        class Base(FlowSpec):
            @step
            def start(self):
                self.x = pd.read_csv("a.csv")
                self.next(self.end)
            @step
            def end(self): pass
        """,
        "flow.py": "from base import Base\nclass F(Base): pass\n",
    }
    assert check(tmp_path, project, "MF401") == []
    assert check(tmp_path, project, "MF401", path="base.py") == [kept("x", line=6)]


@pytest.mark.parametrize("change", ["df = df[df.a > n]", "df = df.dropna()", "df = df.T"])
def test_a_frame_that_a_loop_narrows_down_stays_a_frame(tmp_path: Path, change: str) -> None:
    body = f"df = pd.read_csv('a.csv')\nfor n in names:\n    {change}\nself.x = df"
    assert found(tmp_path, body) == [kept("x", line=4)]
