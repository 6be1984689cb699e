from __future__ import annotations

from pathlib import Path

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import check, write


def flow(top: str = "", attributes: str = "", below: str = "") -> str:
    parts = [top, "from metaflow import FlowSpec, Parameter, step", "class F(FlowSpec):"]
    parts += [f"    {line}" for line in attributes.splitlines()]
    parts += ["    @step", "    def start(self): self.next(self.end)", "    @step", "    def end(self): pass"]
    return "\n".join([*(part for part in parts if part), below]) + "\n"


def found(root: Path, code: str) -> list[tuple[int, int, str]]:
    return check(root, {"flow.py": code}, "MF106")


def says(line: int, column: int, name: str, work: str = "starts a process") -> list[tuple[int, int, str]]:
    return [(line, column, f"`{name}` {work} whenever the file is imported")]


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ("import os\nos.system('ls')", says(2, 1, "os.system")),
        ("import os\nos.popen('ls')", says(2, 1, "os.popen")),
        ("import os\nos.execvp('ls', [])", says(2, 1, "os.execvp")),
        ("from os import system as s\ns('ls')", says(2, 1, "s")),
        ("import subprocess as sp\nsp.run(['ls'])", says(2, 1, "sp.run")),
        (
            "from subprocess import check_output\nX = check_output(['ls']).decode()",
            says(2, 5, "check_output"),
        ),
        ("import subprocess\nsubprocess.Popen('ls').wait()", says(2, 1, "subprocess.Popen")),
        ("import pip\npip.main(['install', 'a'])", says(2, 1, "pip.main", "installs packages")),
        (
            "from pip._internal import main\nmain(['install', 'a'])",
            says(2, 1, "main", "installs packages"),
        ),
        (
            "import pip._internal.cli.main\npip._internal.cli.main.main([])",
            says(2, 1, "pip._internal.cli.main.main", "installs packages"),
        ),
        (
            "import urllib.request\nurllib.request.urlopen(a)",
            says(2, 1, "urllib.request.urlopen", "sends a request"),
        ),
        (
            "from urllib.request import urlretrieve\nurlretrieve(a)",
            says(2, 1, "urlretrieve", "downloads a file"),
        ),
        ("import requests\nX = requests.get(a).json()", says(2, 5, "requests.get", "sends a request")),
        ("import httpx\nhttpx.post(a)", says(2, 1, "httpx.post", "sends a request")),
        (
            "import pandas as pd\nX = pd.read_csv('https://a.b/c.csv')",
            says(2, 5, "pd.read_csv", "reads from an address"),
        ),
        (
            "import polars as pl\nX = pl.scan_parquet('s3://a/b')",
            says(2, 5, "pl.scan_parquet", "reads from an address"),
        ),
        (
            "import pandas as pd\nURL = 'HTTP://a.b'\nX = pd.read_json(URL)",
            says(3, 5, "pd.read_json", "reads from an address"),
        ),
        (
            "import pandas as pd\nX = pd.read_csv(f's3://{a}/b')",
            says(2, 5, "pd.read_csv", "reads from an address"),
        ),
        (
            "import pandas as pd\nX = pd.read_csv('s3://a/' + b)",
            says(2, 5, "pd.read_csv", "reads from an address"),
        ),
    ],
)
def test_what_an_import_should_not_do_is_found(
    tmp_path: Path, top: str, expected: list[tuple[int, int, str]]
) -> None:
    assert found(tmp_path, flow(top)) == expected


@pytest.mark.parametrize(
    ("top", "place"),
    [
        pytest.param("if a:\n    os.system('ls')", (3, 5), id="if"),
        pytest.param("try:\n    pass\nexcept E:\n    os.system('ls')", (5, 5), id="except"),
        pytest.param("with a: os.system('ls')", (2, 9), id="with"),
        pytest.param("for x in a: os.system(x)", (2, 13), id="for"),
        pytest.param("X = [os.system(x) for x in a]", (2, 6), id="a comprehension"),
        pytest.param("def f(x=os.system('ls')): pass", (2, 9), id="a default"),
        pytest.param("@decorated(os.system('ls'))\ndef f(): pass", (2, 12), id="a decorator"),
        pytest.param("class A:\n    os.system('ls')", (3, 5), id="a class"),
        pytest.param("f = lambda x=os.system('ls'): 1", (2, 14), id="a lambda's default"),
        pytest.param("if __name__ == '__main__':\n    pass\nelse:\n    os.system('ls')", (5, 5), id="else"),
    ],
)
def test_blocks_and_definitions_are_executed_too(tmp_path: Path, top: str, place: tuple[int, int]) -> None:
    assert found(tmp_path, flow(f"import os\n{top}")) == says(*place, "os.system")


def test_the_class_of_a_flow_is_executed_when_it_is_defined(tmp_path: Path) -> None:
    attributes = "import os as o\nx = Parameter('x', default=o.popen('ls').read())"
    assert found(tmp_path, flow(attributes=attributes)) == says(4, 32, "o.popen")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(flow("import os\ndef f(): os.system('ls')"), id="in a function"),
        pytest.param(flow("import os\nf = lambda: os.system('ls')"), id="in a lambda"),
        pytest.param(flow("import os\nX = (os.system(x) for x in a)"), id="in a generator"),
        pytest.param(flow("import os", "def f(self): os.system('ls')"), id="in a method"),
        pytest.param(
            flow("import os", "x = Parameter('x', default=lambda _: os.popen('ls'))"), id="deferred"
        ),
        pytest.param(
            flow("import os", below="if __name__ == '__main__':\n    os.system('ls')\n    F()"),
            id="main guard",
        ),
        pytest.param(
            flow("import os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING: os.system('ls')"), id="types"
        ),
        pytest.param(flow("import os\nos.path.join('a')\nos.environ.get('a')"), id="other functions of os"),
        pytest.param(flow("import subprocess\nE = subprocess.CalledProcessError(1, 'a')"), id="an error"),
        pytest.param(flow("import requests\nS = requests.Session()"), id="a session"),
        pytest.param(flow("import pandas as pd\nX = pd.read_csv('a.csv')"), id="a local file"),
        pytest.param(flow("import pandas as pd\nX = pd.read_csv(path)"), id="a path that cannot be read"),
        pytest.param(flow("import pandas as pd\nX = pd.Series('http://a')"), id="no reader"),
        pytest.param(flow("from company import os\nos.system('ls')"), id="another os"),
        pytest.param(flow("requests.get('http://a')"), id="a name that nothing binds"),
        pytest.param(flow("get = {}.get\nget('a')"), id="another get"),
    ],
)
def test_what_an_import_does_not_do_is_fine(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, code) == []


def test_a_function_that_is_called_there_is_found_at_the_call(tmp_path: Path) -> None:
    code = flow("def install():\n    import subprocess as sp\n    sp.run(['pip'])\ninstall()")
    write(tmp_path, {"flow.py": code})
    (violation,) = check_paths([tmp_path], Settings(tmp_path, select=("MF106",))).findings
    assert [(violation.span.start.line, violation.span.start.column, violation.message)] == says(
        4, 1, "install"
    )
    assert [(r.span.start.line, r.message) for r in violation.related] == [(3, "starts a process here")]


@pytest.mark.parametrize(
    "top",
    [
        pytest.param("def f():\n    def g(): os.system('ls')\nf()", id="a function inside it"),
        pytest.param("async def f(): os.system('ls')\nf()", id="a coroutine"),
        pytest.param("def f():\n    os.system('ls')\n    yield\nf()", id="a generator"),
        pytest.param("def f(os): os.system('ls')\nf(1)", id="its parameter"),
        pytest.param("def f():\n    os = make()\n    os.system('ls')\nf()", id="its own name"),
        pytest.param("def f(): os.system('ls')\nX = f", id="no call"),
    ],
)
def test_a_call_of_a_function_that_does_not_do_so_is_fine(tmp_path: Path, top: str) -> None:
    assert found(tmp_path, flow(f"import os\n{top}")) == []
