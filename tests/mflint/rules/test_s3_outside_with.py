from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check
from tests.mflint.rules.elsewhere import flow

IMPORTS = "from metaflow import S3, FlowSpec, step; import contextlib, metaflow as mf"
MESSAGE = "the S3 client is never closed, and its temporary files stay"


@pytest.mark.parametrize(
    ("body", "column"),
    [
        pytest.param("s3 = S3()", 14, id="a client that is never used"),
        pytest.param("s3 = S3()\nself.x = s3.get('a').blob", 14, id="a client in a variable"),
        pytest.param("s3: S3 = S3(run=self)\ns3.put('a', b'')", 18, id="an annotated variable"),
        pytest.param("S3().put('s3://a/b', b'')", 9, id="a client used in passing"),
        pytest.param("s3 = mf.S3()", 14, id="a client of the module"),
        pytest.param(
            "from metaflow import S3 as Client; s3 = Client()", 49, id="a client imported in the step"
        ),
        pytest.param("x = [S3().get(u).blob for u in 'ab']", 14, id="clients in a comprehension"),
        pytest.param("s3 = S3()\nother = s3\nother.get('a')", 14, id="a client under two names"),
        pytest.param("def load(): s3 = S3(); print(s3.get('a').blob)\nload()", 26, id="in a nested function"),
        pytest.param("s3 = S3()\nwith S3() as other: s3.get('a')", 14, id="beside one in a with statement"),
    ],
)
def test_a_client_that_nothing_closes_is_found(tmp_path: Path, body: str, column: int) -> None:
    assert check(tmp_path, {"flow.py": flow(body, imports=IMPORTS)}, "MF701") == [(5, column, MESSAGE)]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("with S3() as s3: s3.get('a')", id="a with statement"),
        pytest.param("with open('a') as f, mf.S3(run=self) as s3: s3.put('a', f.read())", id="several items"),
        pytest.param("with S3(): pass", id="a with statement without a name"),
        pytest.param("s3 = S3()\nwith s3: s3.get('a')", id="a with statement later"),
        pytest.param("s3 = S3()\nwith s3 as s3: s3.get('a')", id="a with statement under the same name"),
        pytest.param("s3 = S3()\nother = s3\nwith other: pass", id="a with statement under another name"),
        pytest.param("s3 = S3()\ntry: s3.get('a')\nfinally: s3.close()", id="closed by hand"),
        pytest.param(
            "with contextlib.ExitStack() as stack: s3 = stack.enter_context(S3())", id="an exit stack"
        ),
        pytest.param("with contextlib.closing(S3()) as s3: pass", id="contextlib.closing"),
        pytest.param("s3 = S3()\nload(s3)", id="handed to other code"),
        pytest.param("clients = [S3()]", id="kept in a list"),
        pytest.param("self.s3 = S3()", id="kept as an attribute"),
        pytest.param("def make(): return S3()\nwith make() as s3: pass", id="returned by a function"),
        pytest.param("global s3\ns3 = S3()", id="a global variable"),
        pytest.param("s3 = S3() if self else None", id="one of two values"),
        pytest.param("from boto import S3\ns3 = S3()", id="another S3"),
        pytest.param("S3 = len\ns3 = S3('a')", id="a variable of that name"),
        pytest.param("from metaflow import S3\nS3 = len\ns3 = S3('a')", id="an imported name that changes"),
        pytest.param("def f(S3): s3 = S3()", id="a parameter of that name"),
        pytest.param("a = b\nb = a", id="names that lead to each other"),
    ],
)
def test_a_client_that_is_closed_or_may_be_is_left_alone(tmp_path: Path, body: str) -> None:
    assert check(tmp_path, {"flow.py": flow(body, imports=IMPORTS)}, "MF701") == []


def test_methods_and_functions_of_the_file_are_looked_at_and_its_imports_are_followed(tmp_path: Path) -> None:
    code = "def read():\n    return S3().get('s3://a/b').blob\n"
    files = {
        "flow.py": flow("pass", imports="from shared import *\n" + code),
        "shared.py": "from metaflow import *\n",
    }
    assert check(tmp_path, files, "MF701") == [(3, 12, MESSAGE)]
