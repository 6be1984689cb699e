from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences
from tests.mflint.rules.elsewhere import flow

IMPORTS = "from metaflow import S3, FlowSpec, step"
MESSAGE = "a resumed run does not find what earlier steps wrote through `S3(run=self)`"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param("with S3(run=self) as s3: s3.get('a')", (5, 14), id="one object"),
        pytest.param(
            "with S3(run=self) as s3:\n    for o in s3.list_recursive(['a']): print(o)", (5, 14), id="a list"
        ),
        pytest.param("print(S3(run=self).get('a').blob)", (5, 15), id="a client used in passing"),
        pytest.param("s3 = S3(run=self)\ns3.get_many(['a'])\ns3.close()", (5, 14), id="a variable"),
        pytest.param(
            "with S3('.', None, None, self) as s3: s3.get_all()", (5, 14), id="a positional argument"
        ),
    ],
)
def test_a_step_that_reads_through_the_run_is_found(
    tmp_path: Path, body: str, place: tuple[int, int]
) -> None:
    assert check(tmp_path, {"flow.py": flow(body, imports=IMPORTS)}, "MF702") == [(*place, MESSAGE)]


def test_so_is_a_method_that_an_inherited_step_calls(tmp_path: Path) -> None:
    base = "from metaflow import *\nclass B(FlowSpec):\n    @step\n    def start(self): self.load()\n"
    code = (
        "from base import B\nfrom metaflow import S3, step\nclass F(B):\n    def load(me):\n"
        "        with S3(run=me) as s3: s3.get('a')\n    def unused(me): S3(run=me).get('a')\n"
    )
    assert check(tmp_path, {"base.py": base, "flow.py": code}, "MF702") == [(5, 14, MESSAGE)]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("with S3(run=self) as s3: self.url = s3.put('a', b'')", id="it only writes"),
        pytest.param(
            "with S3(run=self) as s3:\n    s3.put('a', b'')\n    s3.get('a')", id="it reads what it wrote"
        ),
        pytest.param(
            "with S3(run=self) as s3: s3.put_many([])\nwith S3(run=self) as s3: s3.get('a')",
            id="it reads what another client wrote",
        ),
        pytest.param("with S3() as s3: s3.get('s3://a/b')", id="no run"),
        pytest.param("with S3(run=Run('F/1')) as s3: s3.get('a')", id="another run"),
        pytest.param("with S3(s3root='s3://a') as s3: s3.get('a')", id="a fixed folder"),
    ],
)
def test_what_a_resume_can_repeat_is_left_alone(tmp_path: Path, body: str) -> None:
    assert check(tmp_path, {"flow.py": flow(body, imports=IMPORTS)}, "MF702") == []


def test_of_a_client_that_other_code_gets_hold_of_nothing_is_said(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"flow.py": flow("with S3(run=self) as s3: load(s3)", imports=IMPORTS)}
    assert check(tmp_path, files, "MF702") == []
    assert silences(tmp_path, files, "MF702") == [
        "MF702 [s3-and-resume]: other code gets hold of an S3 client of this run"
    ]
