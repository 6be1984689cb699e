from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.rules.artifacts.flows import flow, found, silent

IMPORTS = """
import collections
import functools
import json
import logging
import queue
import sqlite3
import threading
from collections import Counter, defaultdict
from helpers import Model, counted, fetched, lines, score
import boto3
"""
METHODS = """
def helper(self):
    return 1

def rows(self):
    yield 1
"""
LAMBDA = "a function that is defined inside another one"
METHOD = "a method of the flow, and so the flow itself"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("self.x = [lambda: 1]", f"a `list` with {LAMBDA}"),
        ("self.x = {'a': lambda: 1}", f"a `dict` with {LAMBDA}"),
        ("self.x = {'a': [1, lambda: 1]}", f"a `dict` with a `list` with {LAMBDA}"),
        ("self.x = (1, lambda: 1)", f"a `tuple` with {LAMBDA}"),
        ("self.x = [self.helper]", f"a `list` with {METHOD}"),
        ("self.x = defaultdict(lambda: 0)", f"a `collections.defaultdict` with {LAMBDA}"),
        ("d = defaultdict(lambda: 0)\nself.x = d", f"a `collections.defaultdict` with {LAMBDA}"),
        ("self.x = functools.partial(lambda a: a, 1)", f"a `functools.partial` with {LAMBDA}"),
        ("def own(): pass\nself.x = [own]", f"a `list` with {LAMBDA}"),
        ("self.x = map(lambda a: a, [])", f"a `map` with {LAMBDA}"),
        ("self.x = zip(n for n in [])", "a `zip` with a generator"),
        ("self.x = (n for n in [])", "a generator"),
        ("self.x = lines()", "a generator"),
        ("self.x = self.rows()", "a generator"),
        ("def own():\n    yield 1\nself.x = own()", "a generator"),
        ("self.x = fetched()", "a coroutine"),
        ("self.x = {'a': 1}.keys()", "a view of a dictionary"),
        ("self.x = dict(a=1).items()", "a view of a dictionary"),
        ("self.x = Counter().values()", "a view of a dictionary"),
        ("self.x = counted().keys()", "a view of a dictionary"),
        ("self.d = {}\nself.x = self.d.keys()", "a view of a dictionary"),
        ("self.x = open('a')", "an open file"),
        ("with open('a') as f:\n    self.x = f", "an open file"),
        ("with open('a') as self.x:\n    pass", "an open file"),
        ("self._x = open('a')", "an open file"),
        ("self.x = json", "a module"),
        ("import os.path\nself.x = os", "a module"),
        ("self.x = threading.Lock()", "a `threading.Lock`"),
        ("self.x = queue.Queue()", "a `queue.Queue`"),
        ("self.x = memoryview(b'a')", "a `memoryview`"),
        ("self.x = sqlite3.connect('a')", "a `sqlite3.Connection`"),
        ("self.x = sqlite3.connect('a').cursor()", "a `sqlite3.Cursor`"),
        ("self.x = boto3.client('s3')", "a client of boto3"),
        ("self.x = self", "the flow itself"),
        ("self.x = [self]", "a `list` with the flow itself"),
        (
            "class Own:\n    pass\nself.x = Own()",
            "an instance of `Own`, a class that is defined inside a function",
        ),
    ],
)
def test_what_pickle_refuses_is_found(tmp_path: Path, statement: str, what: str) -> None:
    files = flow(statement, imports=IMPORTS, methods=METHODS)
    name = "_x" if "_x" in statement else "x"
    line = next(s.strip() for s in statement.splitlines() if f"self.{name}" in s)
    assert found(tmp_path, files, "MF404") == [f"{line}: `self.{name}` keeps {what}, which cannot be pickled"]


@pytest.mark.parametrize(
    "statement",
    [
        "self.x = lambda: 1",
        "self.x = [score]",
        "self.x = [len, Model, Model()]",
        "self.x = defaultdict(list)",
        "self.x = functools.partial(score, 1)",
        "self.x = enumerate([1])",
        "self.x = zip([1], [2])",
        "self.x = iter([1])",
        "self.x = reversed([1])",
        "self.x = map(int, ['1'])",
        "self.x = filter(None, [])",
        "self.x = range(3)",
        "self.x = logging.getLogger()",
        "self.x = [n for n in []]",
        "self.x = list(lines())",
        "self.x = list({}.keys())",
        "self.x = unknown.keys()",
        "self.x = json.loads('{}').keys()",
        "self.x = open('a').read()",
        "with open('a') as f:\n    self.x = f.read()",
        "with threading.Lock() as self.x:\n    pass",
        "self.x = open('a') if n else None",
        "self.x = open('a')\nself.x.close()\ndel self.x",
        "self.x = open('a')\nself.x = self.x.read()",
        "self.x = defaultdict(lambda: 0)\nself.x = dict(self.x)",
        "self.x = defaultdict(lambda: 0)\nself.x.default_factory = None",
        "d = defaultdict(lambda: 0)\nd.default_factory = None\nself.x = d",
        "d = {'f': lambda: 1}\ndel d['f']\nself.x = d",
        "d = {'f': lambda: 1}\nd.pop('f')\nself.x = d",
        "self.x = {'f': lambda: 1}\nself.x['f'] = 1",
        "class Own:\n    def __reduce__(self):\n        return Own, ()\nself.x = Own()",
        "class Own(Model):\n    pass\nself.x = Own()",
        "@decorated\ndef own():\n    yield 1\nself.x = own()",
        "lock = threading.Lock()",
        "json = 1\nself.x = json",
        "self.x: collections.abc.Iterator = unknown()",
    ],
)
def test_what_pickles_or_is_not_certain_is_fine(tmp_path: Path, statement: str) -> None:
    files = flow(statement, imports=IMPORTS, methods=METHODS)
    assert found(tmp_path, files, "MF404") == []


def test_a_method_that_a_step_calls_keeps_it_too(tmp_path: Path) -> None:
    files = flow("self.prepare()", imports=IMPORTS, methods="def prepare(self):\n    self.x = lines()")
    message = "`self.x` keeps a generator, which cannot be pickled"
    assert found(tmp_path, files, "MF404") == [f"self.x = lines(): {message}"]


def test_the_class_may_be_wrong_about_what_a_call_gives(tmp_path: Path) -> None:
    files = flow("self.x = unknown()", attributes="x: threading.Lock", imports=IMPORTS)
    assert found(tmp_path, files, "MF404") == []


def test_code_that_gets_self_may_delete_it(tmp_path: Path) -> None:
    files = flow("self.x = lines()\nunknown(self)", imports=IMPORTS)
    assert found(tmp_path, files, "MF404") == []
    assert silent(tmp_path, files, "MF404") == [
        "other code than that of step `start` may delete its artifacts"
    ]
