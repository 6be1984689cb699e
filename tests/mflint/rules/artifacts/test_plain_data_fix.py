from __future__ import annotations

from pathlib import Path

import pytest

from mflint.diagnostics import Applicability, Finding
from mflint.engine import check_text
from mflint.settings import Settings
from tests.mflint.rules.artifacts.flows import flow

IMPORTS = """
import dask.dataframe as dd
import pandas as pd
import polars as pl
import pyarrow as pa

LABEL = 'a'
"""


def findings(root: Path, code: str) -> list[Finding]:
    report = check_text(code.encode(), root / "flow.py", Settings(root, select=("MF001", "MF401")))
    return list(report.findings)


def fixed(root: Path, files: dict[str, str | bytes]) -> str | None:
    """The flow with its one finding fixed, None where there is no fix."""
    code = str(files["flow.py"])
    (finding,) = findings(root, code)
    if finding.fix is None:
        return None
    assert finding.fix.applicability is Applicability.UNSAFE
    for edit in reversed(finding.fix.edits):
        code = code[: edit.start] + edit.content + code[edit.end :]
    assert findings(root, code) == []
    return code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("self.x = pd.read_csv('a')", "self.x = pd.read_csv('a').to_dict('list')"),
        ("self.x = pd.read_csv('a')['b']", "self.x = pd.read_csv('a')['b'].to_list()"),
        ("self.x = pl.read_csv('a')", "self.x = pl.read_csv('a').to_dict(as_series=False)"),
        ("self.x = pl.scan_csv('a')", "self.x = pl.scan_csv('a').collect().to_dict(as_series=False)"),
        ("self.x = pa.table({})", "self.x = pa.table({}).to_pydict()"),
        ("self.x = dd.read_csv('a')", "self.x = dd.read_csv('a').compute().to_dict('list')"),
        ("df = pd.DataFrame()\nself.x = df", "df = pd.DataFrame()\nself.x = df.to_dict('list')"),
        (
            "self.x = pd.DataFrame() if a else pd.read_csv('a')  # why",
            "self.x = (pd.DataFrame() if a else pd.read_csv('a')).to_dict('list')  # why",
        ),
        (
            "self.x = (\n    pd.read_csv('a')\n    .dropna()  # rows\n)",
            "self.x = (\n    pd.read_csv('a')\n    .dropna().to_dict('list')  # rows\n)",
        ),
        ("self.x = pd.DataFrame(); n = 1", "self.x = pd.DataFrame().to_dict('list'); n = 1"),
        ("if a: self.x = pd.DataFrame()", "if a: self.x = pd.DataFrame().to_dict('list')"),
        (
            "print(self.x)\nself.x = pd.DataFrame()",
            "print(self.x)\nself.x = pd.DataFrame().to_dict('list')",
        ),
    ],
)
def test_the_fix_keeps_plain_data(tmp_path: Path, before: str, after: str) -> None:
    assert fixed(tmp_path, flow(before, imports=IMPORTS)) == flow(after, imports=IMPORTS)["flow.py"]


def test_the_fix_uses_the_quotes_of_the_file(tmp_path: Path) -> None:
    files = flow('self.x = pd.read_csv("a")', imports=IMPORTS)
    assert 'pd.read_csv("a").to_dict("list")\n' in str(fixed(tmp_path, files))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("self.x = pd.DataFrame()\nprint(self.x.shape)", id="the step reads it afterwards"),
        pytest.param("self.x = pd.DataFrame()\nself.use()", id="a method reads it"),
        pytest.param(
            "for n in a:\n    print(self.x)\n    self.x = pd.DataFrame()", id="a loop reads it again"
        ),
        pytest.param("self.x = y = pd.DataFrame()", id="a name gets the frame, too"),
        pytest.param("self.x, y = pd.DataFrame(), 1", id="it is unpacked"),
        pytest.param("self.x = (y := pd.DataFrame())", id="it is assigned in an expression"),
        pytest.param("self.x: pd.DataFrame = pd.DataFrame()", id="it is annotated"),
        pytest.param("self.z = pd.DataFrame()", id="the class annotates it"),
        pytest.param("setattr(self, 'x', pd.DataFrame())", id="setattr assigns it"),
    ],
)
def test_there_is_no_fix_where_more_would_have_to_change(tmp_path: Path, body: str) -> None:
    methods = "def use(self):\n    print(self.x)"
    files = flow(body, attributes="z: pd.DataFrame", methods=methods, imports=IMPORTS)
    assert fixed(tmp_path, files) is None


def test_every_byte_but_the_value_stays(tmp_path: Path) -> None:
    code = str(flow("self.x = pd.read_csv('ä')\t# é", imports=IMPORTS)["flow.py"]).replace("    ", "\t")
    code = code.replace("\n", "\r\n")
    text = fixed(tmp_path, {"flow.py": code})
    assert text == code.replace("pd.read_csv('ä')", "pd.read_csv('ä').to_dict('list')")
