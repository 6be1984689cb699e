"""Flow files as many people write them, well and badly, for tests that hold for every one of them."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

METAFLOW = (
    "from metaflow import FlowSpec, Parameter, step",
    "from metaflow import FlowSpec, Parameter, project, step, current",
    "from metaflow import (\n    FlowSpec,\n    Parameter,\n    step,\n)",
    "from metaflow import (FlowSpec, Parameter,  # what\n    step)",
    "from metaflow import *",
    "import metaflow\nfrom metaflow import FlowSpec, Parameter, step",
    "from metaflow import step; from metaflow import FlowSpec, Parameter",
)
IMPORTS = (
    "import json",
    "import csv, io",
    "import json as j  # reads",
    "from math import floor, ceil",
    "from math import (\n    floor,\n    ceil,  # up\n)",
    "import os.path",
    "import pandas as pd",
    "# frames\nimport pandas as pd",
    "import numpy as np; import polars as pl",
    "try:\n    import ujson\nexcept ImportError:\n    ujson = None",
    "from collections import Counter, \\\n    defaultdict",
)
CONSTANTS = (
    "",
    "LIMIT = 3",
    '"""Not a docstring."""\nLIMIT = floor(3.5)',
    "def helper():\n    return ceil(2.5)",
)
HEADERS = (
    "class Orders(FlowSpec):",
    "class OrdersFlow(FlowSpec):",
    '@project(name="shop")\nclass Orders(FlowSpec):',
    "@project(name='chop')\nclass Orders(FlowSpec):  # why",
    "@project(name='shop')  # mflint: ignore[MF2] -- so\n# what it is\nclass OrdersFlow(FlowSpec):",
)
FIELDS = (
    "",
    '"""Counts orders."""',
    "'''Counts\n\n    orders.\n    '''",
    '"""Counts."""; size = 1',
    'days = Parameter("days", default=7)',
    "days = Parameter('days', default=0.5, help='Back.')",
    'days = Parameter("days", default=7, type=str)',
    'test_mode = Parameter("test-mode", default=False)',
    'test_mode = Parameter("test-mode", type=bool, default=True)',
    'test_mode = Parameter("test-mode", default=lambda _: not current.is_production, type=bool)',
    'test_mode = Parameter(\n        "test-mode",\n        default=False,  # so\n        help="Less"\n    )',
    '# how far\n    days = Parameter("days", default=7, help="Back")\n\n    size = Parameter("n", default=1)',
)
LINES = (
    "pass",
    "self.n = 1",
    "self.text = json.dumps(j.loads('1'))",
    "self.rows = list(csv.reader(io.StringIO('a,b')))",
    "self.low = floor(ceil(1.5))",
    "self.path = os.path.join('a')",
    "self.frame = pd.DataFrame({'a': [1]})",
    "frame = pd.DataFrame({'a': [1]}); self.frame = frame",
    "self.table = pl.DataFrame(np.zeros(1))  # wide",
    "self.frame = pd.read_csv('a') if self.days else pd.DataFrame()",
    "self.data = ujson or Counter()",
    "self.groups = defaultdict(list)",
    "from statistics import mean",
    "import csv",
    "# about it\n        import string  # here\n",
    "import base64, binascii",
    "if self.test_mode:\n            self.n = 2",
    "if LIMIT:\n            import bisect",
    "with open('a') as file:\n            import heapq\n            self.heap = heapq",
    "def inner():\n            return np.ones(2)",
    "global pd",
    '"""Works."""',
    "print(self.helper(helper()))",
    "x = 1; import zlib; y = 2",
)
METHODS = (
    "",
    "def helper(self, x):\n        return json.loads(x)",
    "def helper(self, x): return floor(x)",
    "@staticmethod\n    def helper(x: 'pd.DataFrame') -> float:\n        '''Help'''\n        return np.e",
    "@property\n    def wide(self):\n\n        # the table\n        return pl.len()",
)
COMMENTS = (
    "",
    "  # noqa",
    "  # mflint: ignore[MF103]",
    "  # mflint: ignore[missing-project, MF102] -- old",
    "  # noqa: E402, MF401",
    "  # mflint: ignore",
)
ENDS = (
    "if __name__ == '__main__':\n    {name}()",
    "{name}()",
    "",
    "if __name__ == '__main__':\n    print(1)",
    "flow = {name}()",
    "if __name__ == '__main__': {name}()",
    "{name}(); print(2)",
    "# go\n{name}()  # now",
)


@st.composite
def flow_texts(draw: st.DrawFn) -> str:
    """One file with one flow."""

    def some(pieces: tuple[str, ...], most: int) -> list[str]:
        return draw(st.lists(st.sampled_from(pieces), max_size=most, unique=True))

    def one(pieces: tuple[str, ...]) -> str:
        return draw(st.sampled_from(pieces))

    imports = draw(st.permutations([one(METAFLOW), *some(IMPORTS, 5)]))
    header = one(HEADERS)
    name = "OrdersFlow" if "OrdersFlow" in header else "Orders"
    parts = [f"    {field}" for field in some(FIELDS, 2) if field]
    for step, target in (("start", "middle"), ("middle", "end"), ("end", "")):
        lines = some(LINES, 4) + ([f"self.next(self.{target})"] if target else [])
        body = "".join(f"\n        {line}" for line in lines) or "\n        pass"
        parts.append(f"    @step{one(COMMENTS)}\n    def {step}(self):{one(COMMENTS)}{body}{one(COMMENTS)}")
    method = one(METHODS)
    parts += [f"    {method}"] if method else []
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    top = one(("", '"""Orders."""', "#!/usr/bin/env python\n# Orders."))
    end = one(ENDS).format(name=name)
    between = draw(st.sampled_from(["\n", "\n\n\n"]))
    pieces = [top, "\n".join(imports), one(CONSTANTS), header + "\n" + gap.join(parts), end]
    return between.join(piece for piece in pieces if piece) + draw(st.sampled_from(["\n", ""]))


def _tabs(text: str) -> bytes:
    return text.replace("    ", "\t").encode()


def _form_feeds(text: str) -> bytes:
    return ("\f" + text.replace("\n@step", "\n\f\n@step").replace("\nclass ", "\n\f\nclass ")).encode()


def _latin(text: str) -> bytes:
    return f"# -*- coding: latin-1 -*-\n# \xe9t\xe9\n{text}".encode("latin-1", "replace")


SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "with CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "with CR": lambda text: text.replace("\n", "\r").encode(),
    "with a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "with tabs": _tabs,
    "with two spaces": lambda text: text.replace("    ", "  ").encode(),
    "with form feeds": _form_feeds,
    "in Latin-1": _latin,
}
