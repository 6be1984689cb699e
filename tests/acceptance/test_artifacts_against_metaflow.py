"""What the rules of artifacts say is lost or fails is lost or fails in Metaflow, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest

from mflint.analysis.artifacts.flowspec import (
    DATASTORE,
    READ_ONLY,
    REPLACED,
    REPLACED_INTERNALS,
    TRANSITION,
    VITAL,
)
from mflint.engine import check_paths
from mflint.settings import Settings
from tests.acceptance.test_rules_against_metaflow import run

pytestmark = pytest.mark.slow

FLOW = """\
import collections, functools, json, logging, math, pickle, queue, sqlite3, threading
from metaflow import Config, FlowSpec, IncludeFile, Parameter, step


def plain(row=0):
    return row

def generator():
    yield 1

@functools.lru_cache
def cached(row=0):
    return row


class Callee:
    def __call__(self):
        return 1


class ArtifactFlow(FlowSpec):
    p = Parameter("p", default=1)
    j = Parameter("j", default="a,b", separator=",")
    c = Config("c", default_value='{"a": {"b": 1}}')
    raw = Config("raw", default_value='{"a": 1}', plain=True, parser="json.loads")
    CONST = 5
    LIST = [1]
    DICT = {"a": [1]}
    declared: int
    _private = 5

    def helper(self):
        return 1

    @staticmethod
    def static():
        return 1

    @property
    def answer(self):
        return 42

    @step
    def start(self):
        self.inherited = self.read = self.replaced = 1
        self.next(self.middle)

    @step
    def middle(self):
BODY
        self.next(self.end)

    @step
    def end(self):
LATER


if __name__ == "__main__":
    ArtifactFlow()
"""
_LINE = re.compile(r"case (\d+): (.*)")


def flow(body: str, later: str = "pass") -> str:
    return FLOW.replace("BODY", indent(body, " " * 8)).replace("LATER", indent(later, " " * 8))


def found(root: Path, code: str) -> set[str]:
    path = root / "linted" / "flow.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(code)
    select = ("MF403", "MF404", "MF406", "MF407", "MF408", "MF409")
    return {finding.code for finding in check_paths([path], Settings(path.parent, select=select)).findings}


def outcomes(root: Path, code: str) -> dict[int, str]:
    """What a run prints as `case <number>: …`."""
    (root / "flow.py").write_text(code)
    done = run("flow.py", "--no-pylint", "run", cwd=root)
    assert "Done!" in done.stdout + done.stderr, done.stdout + done.stderr
    return {int(number): text for number, text in _LINE.findall(done.stdout)}


def attempts(statements: list[str]) -> str:
    """Each statement on its own, with what came of it printed."""
    return "\n".join(
        f"try:\n{indent(statement, '    ')}\n    print('case {number}: fine')\n"
        f"except Exception as error:\n    print('case {number}:', type(error).__name__)"
        for number, statement in enumerate(statements)
    )


RAISING = {
    "self.p = 2": "MF406",
    "self.p += 2": "MF406",
    "del self.p": "MF406",
    "for self.p in [1]: pass": "MF406",
    "with open(__file__) as self.p: pass": "MF406",
    "setattr(self, 'p', 1)": "MF406",
    "self.p, x = 1, 2": "MF406",
    "self.c = {}": "MF406",
    "self.raw = {}": "MF406",
    "self.CONST = 1": "MF406",
    "self.LIST = []": "MF406",
    "del self.DICT": "MF406",
    "self.c['a'] = 1": "MF409",
    "self.c.update({'b': 1})": "MF409",
    "self.answer = 1": "MF407",
    "del self.inherited": "MF408",
    **{f"self.{name} = 1": "MF407" for name in sorted(READ_ONLY)},
}
FINE = [
    "self.declared = 1",
    "self._private = 6",
    "self.own = 1; del self.own",
    "self.raw['b'] = 2",
    "self.LIST.append(2)",
]


def test_what_is_said_to_raise_raises_and_nothing_else(tmp_path: Path) -> None:
    statements = [*RAISING, *FINE]
    seen = outcomes(tmp_path, flow(attempts(statements)))
    assert {s for n, s in enumerate(statements) if seen[n] in ("AttributeError", "TypeError")} == {*RAISING}
    assert {s: found(tmp_path, flow(s)) for s in RAISING} == {s: {code} for s, code in RAISING.items()}
    assert {s: found(tmp_path, flow(s)) for s in FINE} == {s: set() for s in FINE}


LOST = {
    "self.x = lambda: 1": "MF403",
    "self.x = plain": "MF403",
    "self.x = generator": "MF403",
    "self.x = self.helper": "MF403",
    "self.x = self.static": "MF403",
    "def own(): pass\nself.x = own": "MF403",
}
STORED = [
    "self.x = functools.partial(plain, 1)",
    "self.x = len",
    "self.x = math.sqrt",
    "self.x = Callee",
    "self.x = Callee()",
    "self.x = cached",
    "self.x = [plain]",
]


def test_the_functions_that_are_said_to_be_lost_are_lost_and_no_others(tmp_path: Path) -> None:
    statements = [*LOST, *STORED]
    body = "\n".join(s.replace("self.x", f"self.x{n}") for n, s in enumerate(statements))
    seen = outcomes(tmp_path, flow(body, attempts([f"self.x{n}" for n in range(len(statements))])))
    assert {s for n, s in enumerate(statements) if seen[n] == "AttributeError"} == {*LOST}
    assert {s: found(tmp_path, flow(s, "print(self.x)")) for s in LOST} == {s: {c} for s, c in LOST.items()}
    assert {s: found(tmp_path, flow(s, "print(self.x)")) for s in STORED} == {s: set() for s in STORED}


GONE = {
    "self.LIST.append(9)": ("self.LIST == [1, 9]", "MF409"),
    "self.DICT['a'].append(9)": ("self.DICT == {'a': [1, 9]}", "MF409"),
    "self.j.append('z')": ("self.j == ['a', 'b', 'z']", "MF409"),
    "self.raw['z'] = 9": ("self.raw == {'a': 1, 'z': 9}", "MF409"),
    "self.helper = 9": ("self.helper == 9", "MF407"),
    "self.end = 9 if not self.p else self.end": ("self.end == 9", "MF407"),
    "self._private = 9": ("self._private == 9", "MF407"),
    "self.__note__ = 9": ("getattr(self, '__note__') == 9", "MF407"),
    **{f"self.{name} = 9": (f"self.{name} == 9", "MF407") for name in sorted(REPLACED)},
    "print(self.read); del self.read": ("not hasattr(self, 'read')", "MF408"),
}
THERE = {
    "self.plain = 9": "self.plain == 9",
    "self._plain = 9": "self._plain == 9",
    "self.declared = 9": "self.declared == 9",
    "self.replaced = 9": "self.replaced == 9",
}


def test_the_values_that_are_said_to_be_gone_are_gone_and_no_others(tmp_path: Path) -> None:
    cases = {**{s: question for s, (question, _) in GONE.items()}, **THERE}
    later = attempts([f"assert {question}" for question in cases.values()])
    body = "\n".join(s for s in cases if "self.end" not in s)
    seen = outcomes(tmp_path, flow(body, later))
    kept = {s for n, s in enumerate(cases) if seen[n] == "fine"}
    assert kept == {*THERE}
    for statement, (question, code) in GONE.items():
        assert found(tmp_path, flow(statement, f"print({question})")) == {code}, statement
    for statement, question in THERE.items():
        assert found(tmp_path, flow(statement, f"print({question})")) == set(), statement


@pytest.mark.parametrize("name", sorted(REPLACED_INTERNALS))
def test_an_internal_name_that_a_later_step_reads_is_found(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, flow(f"self.{name} = 9", f"print(self.{name})")) == {"MF407"}


def test_the_internal_names_are_set_anew_in_every_task(tmp_path: Path) -> None:
    names = sorted(REPLACED_INTERNALS)
    body = "\n".join(f"self.{name} = 9" for name in names if name != "_NON_PARAMETERS")
    seen = outcomes(tmp_path, flow(body, attempts([f"assert self.{name} != 9" for name in names])))
    assert seen == dict.fromkeys(range(len(names)), "fine")


@pytest.mark.parametrize("name", [*sorted(VITAL), DATASTORE, TRANSITION])
def test_a_name_that_metaflow_works_with_fails_the_task(tmp_path: Path, name: str) -> None:
    code = flow(f"self.{name} = 5")
    (tmp_path / "flow.py").write_text(code)
    assert run("flow.py", "--no-pylint", "run", cwd=tmp_path).returncode != 0
    assert found(tmp_path, code) == {"MF407"}


UNPICKLABLE = [
    "[lambda: 1]",
    "[self.helper]",
    "collections.defaultdict(lambda: 0)",
    "functools.partial(lambda: 1)",
    "functools.partial(self.helper)",
    "map(lambda n: n, [])",
    "filter(lambda n: n, [])",
    "enumerate(n for n in [])",
    "(n for n in [])",
    "generator()",
    "{}.keys()",
    "collections.Counter().items()",
    "open(__file__)",
    "json",
    "threading.Lock()",
    "threading.Thread()",
    "queue.Queue()",
    "memoryview(b'a')",
    "sqlite3.connect(':memory:')",
    "sqlite3.connect(':memory:').cursor()",
    "self",
]
PICKLABLE = [
    "[plain]",
    "collections.defaultdict(list)",
    "functools.partial(plain)",
    "map(int, [])",
    "filter(None, [])",
    "enumerate([1])",
    "zip([1])",
    "iter([1])",
    "reversed([1])",
    "range(3)",
    "logging.getLogger('a')",
    "list({}.keys())",
]


def test_what_is_said_not_to_pickle_does_not_and_all_else_does(tmp_path: Path) -> None:
    values = [*UNPICKLABLE, *PICKLABLE]
    seen = outcomes(tmp_path, flow(attempts([f"pickle.dumps({value})" for value in values])))
    assert {v for n, v in enumerate(values) if seen[n] != "fine"} == {*UNPICKLABLE}
    assert {v: found(tmp_path, flow(f"self.x = {v}")) for v in UNPICKLABLE} == {
        v: {"MF404"} for v in UNPICKLABLE
    }
    assert {v: found(tmp_path, flow(f"self.x = {v}")) for v in PICKLABLE} == {v: set() for v in PICKLABLE}


def test_a_task_fails_when_an_artifact_does_not_pickle(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(flow("self.x = generator()"))
    failed = run("flow.py", "--no-pylint", "run", cwd=tmp_path)
    assert failed.returncode != 0
    assert "Step middle (task-id 2) failed" in failed.stdout + failed.stderr
    assert outcomes(tmp_path, flow("self.x = list(generator())", attempts(["self.x"]))) == {0: "fine"}
