from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences

STEPS = """
    @step
    def start(self): self.next(self.end)
    @step
    def end(self): pass
"""


def flow(imports: str, default: str, before: str = "") -> dict[str, str | bytes]:
    """A flow whose parameter stands on line 4 and its default begins at column 32."""
    head = f"from metaflow import FlowSpec, IncludeFile, Parameter, step\nimport os; {imports}\n"
    body = f"class F(FlowSpec):\n    value = Parameter('v', default={default})\n{STEPS}"
    return {"flow.py": head + before + body}


@pytest.mark.parametrize(
    ("imports", "default", "column", "name"),
    [
        ("import datetime", "datetime.datetime.now()", 36, "datetime.datetime.now"),
        ("from datetime import datetime", "datetime.now()", 36, "datetime.datetime.now"),
        ("import datetime as dt", "dt.datetime.utcnow()", 36, "datetime.datetime.utcnow"),
        ("from datetime import date", "date.today()", 36, "datetime.date.today"),
        ("from datetime import date", "str(date.today())", 40, "datetime.date.today"),
        ("from datetime import date", "f'{date.today()}'", 39, "datetime.date.today"),
        ("from datetime import date", "date.today().isoformat()", 36, "datetime.date.today"),
        ("from datetime import date", "{'day': [str(date.today())]}", 49, "datetime.date.today"),
        ("import time", "time.time()", 36, "time.time"),
        ("from time import time as now", "int(now())", 40, "time.time"),
        ("import uuid", "uuid.uuid4().hex", 36, "uuid.uuid4"),
        ("import random", "random.randint(1, 9)", 36, "random.randint"),
        ("from random import choice", "choice('ab')", 36, "random.choice"),
        ("import getpass", "getpass.getuser()", 36, "getpass.getuser"),
        ("import pandas as pd", "pd.Timestamp.now()", 36, "pandas.Timestamp.now"),
        ("", "os.environ.get('DAY', os.getlogin())", 58, "os.getlogin"),
    ],
)
def test_a_default_that_changes_from_import_to_import_is_found(
    tmp_path: Path, imports: str, default: str, column: int, name: str
) -> None:
    message = f"the default of `v` calls `{name}` when the file is imported"
    assert check(tmp_path, flow(imports, default), "MF208") == [(4, column, message)]


def test_it_is_found_in_every_way_to_declare_a_parameter(tmp_path: Path) -> None:
    code = f"""
from metaflow import FlowSpec, Parameter, step
import time
SHARED = Parameter("shared", default=time.time())
class B(FlowSpec):
    a = Parameter("a", time.time())
class F(B):
    b: float = Parameter(name="b", type=float, default=time.time())
    shared = SHARED
    if time:
        c = Parameter("c", default=time.time()){STEPS}"""
    found = check(tmp_path, {"flow.py": code}, "MF208")
    assert [(line, column) for line, column, _ in found] == [(3, 38), (5, 24), (7, 56), (10, 36)]


@pytest.mark.parametrize(
    ("imports", "default"),
    [
        pytest.param("import time", "lambda _: time.time()", id="a lambda"),
        pytest.param("import time", "time.time", id="a function that is not called"),
        pytest.param("import datetime", "str(datetime.date(2024, 1, 1))", id="a fixed day"),
        pytest.param("import uuid", "str(uuid.uuid5(uuid.NAMESPACE_DNS, 'a'))", id="an id made of a name"),
        pytest.param("import random", "random.Random(4).random()", id="a generator with a seed"),
        pytest.param("from company import time", "time.time()", id="another module of that name"),
        pytest.param("", "time.time()", id="a name that nothing binds"),
        pytest.param("", "os.environ.get('DAY')", id="the environment"),
        pytest.param("", "3", id="a number"),
    ],
)
def test_other_defaults_are_fine(tmp_path: Path, imports: str, default: str) -> None:
    assert check(tmp_path, flow(imports, default), "MF208") == []
    assert silences(tmp_path, flow(imports, default), "MF208") == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("path = IncludeFile('v', default=time.ctime(time.time()))", id="a file to include"),
        pytest.param("v = Parameter('v', help=str(time.time()))", id="an argument that is no default"),
        pytest.param("v = Parameter('v')", id="no default"),
        pytest.param("now = time.time()", id="no parameter"),
        pytest.param("time = clock; v = Parameter('v', default=time.time())", id="a name of the class"),
    ],
)
def test_only_defaults_of_parameters_count(tmp_path: Path, line: str) -> None:
    head = "from metaflow import FlowSpec, IncludeFile, Parameter, step\nimport time\nfrom a import clock\n"
    code = f"{head}class F(FlowSpec):\n    {line}\n{STEPS}"
    assert check(tmp_path, {"flow.py": code}, "MF208") == []


def test_a_default_of_a_base_flow_is_found_in_its_file_only(tmp_path: Path) -> None:
    base = "from metaflow import FlowSpec, Parameter\nimport time\nclass B(FlowSpec):\n"
    files: dict[str, str | bytes] = {
        "base.py": f"{base}    v = Parameter('v', default=time.time())\n",
        "flow.py": f"from metaflow import step; import time\nfrom base import B\nclass F(B):{STEPS}",
    }
    message = "the default of `v` calls `time.time` when the file is imported"
    assert check(tmp_path, files, "MF208", path="base.py") == [(4, 32, message)]
    assert check(tmp_path, files, "MF208", "MF201") == [(3, 7, "`F` has no `@project`")]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(
            flow("import random", "random.random()", "random.seed(4)\n")["flow.py"],
            "the file seeds the random generator",
            id="a seed",
        ),
        pytest.param(
            "from metaflow import FlowSpec, Parameter\nimport time\ndef make(time):\n    class F(FlowSpec):\n"
            "        v = Parameter('v', default=time.time())\n",
            "flow F is defined where `time.time` may mean something else",
            id="a class in a function",
        ),
    ],
)
def test_where_the_value_may_be_fixed_the_rule_is_silent(tmp_path: Path, code: str, reason: str) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF208") == []
    assert silences(tmp_path, {"flow.py": code}, "MF208") == [f"MF208 [parameter-evaluated-early]: {reason}"]
