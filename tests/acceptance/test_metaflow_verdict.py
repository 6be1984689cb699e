"""mflint refuses a flow exactly where Metaflow refuses it, and gives each cause once."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mflint.analysis.decorators.refusals import OF_FLOWS, OF_STEPS
from mflint.engine import check_paths
from mflint.rules import Profile
from mflint.settings import Settings
from tests.acceptance.broken_flows import BROKEN, GOOD, RISKY, flow
from tests.acceptance.nasty_flows import NASTY
from tests.acceptance.test_metaflow_graph import EXAMPLES, TUTORIALS

REAL = sorted([*TUTORIALS.rglob("*.py"), *(EXAMPLES / "flows").glob("*.py")])

VERDICTS = """
import contextlib, importlib.util, io, json, sys
from metaflow import FlowSpec
from metaflow.graph import FlowGraph
from metaflow.lint import LintWarn, linter

def flows(path, number):
    name = f"flow_{number}"
    sys.path.insert(0, path.rpartition("/")[0])
    try:
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        with contextlib.redirect_stdout(io.StringIO()):
            spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
        sys.modules.pop("base", None)
    classes = [v for v in vars(module).values() if isinstance(v, type) and issubclass(v, FlowSpec)]
    own = [c for c in classes if c.__module__ == name]
    return [c for c in own if not any(c in o.__mro__[1:] for o in own)]

def refusal(path, number):
    try:
        for flow in flows(path, number):
            linter.run_checks(FlowGraph(flow))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""

def refusing_lines(path, number):
    "The lines of lint.py that refuse a flow, each check asked alone."
    lines = []
    try:
        graphs = [FlowGraph(flow) for flow in flows(path, number)]
    except Exception:
        return lines  # refused before there is a graph
    for graph in graphs:
        for check in linter._checks:
            try:
                check(graph)
            except LintWarn as error:
                frame = error.__traceback__
                while frame.tb_next:
                    frame = frame.tb_next
                lines.append(frame.tb_lineno)
            except Exception:
                pass  # a check that needs what another one makes sure of
    return lines

questions = {"refusal": refusal, "refusing_lines": refusing_lines}
for number, line in enumerate(sys.stdin):
    question, path = json.loads(line)
    print(json.dumps(questions[question](path, number)), file=sys.__stdout__, flush=True)
"""


DECORATORS = """
import json
from metaflow.plugins import FLOW_DECORATORS, STEP_DECORATORS
kinds = [STEP_DECORATORS, FLOW_DECORATORS]
print(json.dumps([{d.name: sorted(d.defaults) for d in k if "_internal" not in d.name} for k in kinds]))
"""


def test_the_decorators_and_their_arguments_are_those_of_metaflow(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DECORATORS],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "METAFLOW_USER": "tester"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    known = [{name: sorted(keys) for name, keys in kind.items()} for kind in (OF_STEPS, OF_FLOWS)]
    assert json.loads(done.stdout) == known


class Metaflow:
    """One process that imports flow after flow and checks them."""

    def __init__(self, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("METAFLOW_")}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", VERDICTS],
            cwd=EXAMPLES,
            env={**kept, "HOME": str(home), "METAFLOW_USER": "tester", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def refusal(self, path: Path) -> str:
        """Why Metaflow refuses a flow of the file that nothing derives from, "" where it does not."""
        return str(self._answer("refusal", path))

    def refusing_lines(self, path: Path) -> list[int]:
        """The lines of metaflow/lint.py that refuse it, each check asked alone."""
        return list(self._answer("refusing_lines", path))

    def _answer(self, question: str, path: Path) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([question, str(path)]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def metaflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Metaflow]:
    process = Metaflow(tmp_path_factory.mktemp("home"))
    yield process
    process.close()


def findings(path: Path, root: Path) -> tuple[tuple[str, int, int], ...]:
    report = check_paths([path], Settings(root, profile=Profile.CORRECTNESS))
    assert report.problems == ()
    found = [(f.code, f.span.start.line, f.span.start.column) for f in report.findings]
    return tuple(sorted(f for f in found if f[0].startswith("MF5")))


def write(root: Path, sources: dict[str, str]) -> dict[str, Path]:
    paths = {name: root / name for name in sources}
    for name, path in paths.items():
        path.parent.mkdir(exist_ok=True, parents=True)
        text = dedent(sources[name]).lstrip("\n")
        path.write_bytes((text.replace("\n", "\r\n") if "crlf" in name else text).encode())
    return paths


@pytest.mark.parametrize("name", BROKEN)
def test_each_flow_that_metaflow_refuses_has_its_causes_found_once(
    name: str, metaflow: Metaflow, tmp_path: Path
) -> None:
    path = write(tmp_path, {"flow.py": BROKEN[name].source})["flow.py"]
    assert metaflow.refusal(path)
    assert findings(path, tmp_path) == BROKEN[name].found


NEVER_REACHED = {
    "check_start_end_degree 2": "the reader of graphs takes no exit from the last step",
    "check_switch_splits 2": "the reader of graphs makes no switch without a condition",
    "check_switch_splits 3": "the reader of graphs makes no switch without cases",
    "check_nested_foreach 1": "Metaflow has this check switched off",
}


def test_every_refusal_that_metaflow_can_give_is_given_to_one_of_the_flows(
    metaflow: Metaflow, tmp_path: Path
) -> None:
    given = {
        line
        for number, broken in enumerate(BROKEN.values())
        for line in metaflow.refusing_lines(write(tmp_path, {f"{number}.py": broken.source})[f"{number}.py"])
    }
    assert {name for name, line in refusals_of_metaflow() if line not in given} == NEVER_REACHED.keys()


def refusals_of_metaflow() -> Iterator[tuple[str, int]]:
    """Each `raise LintWarn` of metaflow/lint.py: its function with a number, and its line."""
    source = (TUTORIALS.parent / "lint.py").read_text(encoding="utf-8")
    for check in ast.parse(source).body:
        if isinstance(check, ast.FunctionDef):
            lines = sorted(node.lineno for node in ast.walk(check) if isinstance(node, ast.Raise))
            yield from ((f"{check.name} {number}", line) for number, line in enumerate(lines, start=1))


@pytest.mark.parametrize("name", [*NASTY, *GOOD])
def test_a_flow_that_metaflow_takes_has_no_finding(name: str, metaflow: Metaflow, tmp_path: Path) -> None:
    path = write(tmp_path, {**NASTY, **GOOD})[name]
    assert metaflow.refusal(path) == ""
    assert findings(path, path.parent) == ()


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_tutorial_or_example_has_no_finding(path: Path, metaflow: Metaflow) -> None:
    assert metaflow.refusal(path) == ""
    assert findings(path, path.parent) == ()


@pytest.mark.parametrize("name", RISKY)
def test_what_metaflow_takes_and_cannot_run_is_found(name: str, metaflow: Metaflow, tmp_path: Path) -> None:
    path = write(tmp_path, {"flow.py": RISKY[name].source})["flow.py"]
    assert metaflow.refusal(path) == ""
    assert findings(path, tmp_path) == RISKY[name].found


def test_a_defect_of_a_base_class_in_another_file_is_found_at_the_class_that_runs(
    metaflow: Metaflow, tmp_path: Path
) -> None:
    base = flow("start: self.x = 1", "end:").replace("TheFlow", "Base")
    child = "from base import Base\nclass Child(Base):\n    pass\n"
    paths = write(tmp_path, {"base.py": base, "child.py": child})
    assert metaflow.refusal(paths["child.py"])
    assert findings(paths["base.py"], tmp_path) == ()
    assert findings(paths["child.py"], tmp_path) == (("MF503", 2, 7),)


def test_a_flow_class_without_steps_is_a_base_class_and_has_no_finding(tmp_path: Path) -> None:
    path = write(tmp_path, {"flow.py": "from metaflow import *\nclass TheFlow(FlowSpec): pass\n"})["flow.py"]
    assert findings(path, tmp_path) == ()


@st.composite
def flows(draw: st.DrawFn) -> str:
    """A small flow whose steps lead mostly forward and take mostly `self`."""
    names = ["start", *"abcd"[: draw(st.integers(1, 4))], "end"]
    steps = []
    for index, name in enumerate(names):
        arguments = draw(st.sampled_from(["self", "self", "self, inputs", "self, inputs"]))
        if name in ("start", "end") and draw(st.integers(0, 9)):
            arguments = "self"
        ahead = names[index + 1 :] if draw(st.integers(0, 9)) else names
        exit_ = draw(exits(ahead)) if ahead and (name != "end" or not draw(st.integers(0, 19))) else ""
        steps.append(f"{name} {arguments}: {exit_}")
    return flow(*steps)


def exits(names: list[str]) -> st.SearchStrategy[str]:
    one = st.sampled_from([f"self.{name}" for name in names])
    two = (
        st.lists(one, min_size=2, max_size=3, unique=True)
        if len(names) > 1
        else st.lists(one, min_size=2, max_size=2)
    )
    linear = one.map(lambda a: f"self.next({a})")
    split = two.map(lambda several: f"self.next({', '.join(several)})")
    foreach = one.map(lambda a: f'self.next({a}, foreach="items")')
    cases = two.map(lambda several: ", ".join(f"{key}: {name}" for key, name in enumerate(several)))
    switch = cases.map(lambda shown: f'self.next({{{shown}}}, condition="k")')
    return st.one_of(linear, linear, split, split, foreach, switch)


Steps = dict[str, tuple[str, list[str], str]]
"""Of each step its arguments, the steps that it leads to, and what kind of transition it is."""


@st.composite
def balanced_flows(draw: st.DrawFn) -> str:
    """A flow whose splits and joins match, but for at most one change."""
    steps: Steps = {}

    def block(follows: str, depth: int) -> str:
        name = f"s{len(steps)}"
        kind = draw(st.sampled_from(["linear", "split", "foreach", "switch"])) if depth else "linear"
        steps[name] = ("self", [follows], kind)
        if kind == "linear":
            return name
        join = f"s{len(steps)}"
        steps[join] = ("self" if kind == "switch" else "self, inputs", [follows], "linear")
        steps[name] = ("self", [block(join, depth - 1) for _ in range(1 if kind == "foreach" else 2)], kind)
        return name

    first = block(block("end", 1), 2)
    steps = {"start": ("self", [first], "linear"), **steps, "end": ("self", [], "")}
    if draw(st.booleans()):
        changed = draw(st.sampled_from(list(steps)))
        arguments, targets, kind = steps[changed]
        if targets and draw(st.booleans()):
            targets = [draw(st.sampled_from(list(steps))), *targets[1:]]
        else:
            arguments = "self" if arguments != "self" else "self, inputs"
        steps[changed] = (arguments, targets, kind)
    return flow(*(f"{name} {arguments}: {shown(*exit_)}" for name, (arguments, *exit_) in steps.items()))


def shown(targets: list[str], kind: str) -> str:
    named = [f"self.{target}" for target in targets]
    if kind == "switch":
        cases = ", ".join(f"{key}: {name}" for key, name in enumerate(named))
        return f'self.next({{{cases}}}, condition="k")'
    arguments = [*named, 'foreach="items"'] if kind == "foreach" else named
    return f"self.next({', '.join(arguments)})" if named else ""


@given(source=st.one_of(flows(), balanced_flows()))
@settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_random_graphs_get_the_same_verdict(source: str, metaflow: Metaflow, tmp_path: Path) -> None:
    path = write(tmp_path, {f"{uuid4().hex}/flow.py": source}).popitem()[1]
    reason = metaflow.refusal(path)
    assert bool(findings(path, path.parent)) is bool(reason), reason
