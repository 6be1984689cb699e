"""The step graph that mflint reads is the one that Metaflow builds after importing the flow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.acceptance.nasty_flows import NASTY

EXAMPLES = Path(__file__).parents[2] / "examples"
METAFLOW = find_spec("metaflow")
assert METAFLOW is not None
assert METAFLOW.origin is not None
TUTORIALS = Path(METAFLOW.origin).parent / "tutorials"

DUMP = """
import importlib.util, json, sys
from metaflow import FlowSpec
from metaflow.graph import FlowGraph

def dumped(path):
    name = "flow_" + str(abs(hash(path)))
    sys.path.insert(0, path.rpartition("/")[0])
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    sys.path.pop(0)
    for value in list(vars(module).values()):
        if isinstance(value, type) and issubclass(value, FlowSpec) and value.__module__ == name:
            graph = FlowGraph(value)
            if graph.start_step and graph.end_step:
                yield value.__name__, graph.output_steps()[0]

print(json.dumps([[path, dict(dumped(path))] for path in sys.argv[1:]]))
"""


def metaflow_graphs(*paths: Path, cwd: Path) -> dict[Path, dict[str, dict[str, Any]]]:
    """The steps of each flow of each file, as Metaflow's `output_steps` describes them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METAFLOW_")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DUMP, *map(str, paths)],
        cwd=cwd,
        env={**kept, "HOME": str(cwd), "METAFLOW_USER": "tester", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {Path(path): flows for path, flows in json.loads(done.stdout.splitlines()[-1])}


def metaflow_step(step: dict[str, Any]) -> dict[str, Any]:
    wanted = ("type", "line", "next", "foreach_artifact", "num_parallel", "condition", "switch_cases")
    found = {key: step[key] for key in (*wanted, "matching_join") if key in step}
    return {**found, "file": Path(step["source_file"]).name}


def mflint_graphs(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """The steps of each complete flow of the file, as `mflint flows` prints them."""
    done = subprocess.run(
        [sys.executable, "-m", "mflint", "flows", "--output-format", "json", path],
        cwd=path.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    flows = {flow["class"]: flow["steps"] for flow in json.loads(done.stdout)["flows"]}
    return {
        name: {step["name"]: mflint_step(step) for step in steps}
        for name, steps in flows.items()
        if "end" in {step["type"] for step in steps}
    }


def mflint_step(step: dict[str, Any]) -> dict[str, Any]:
    left_out = ("name", "decorators", "file")
    return {key: value for key, value in step.items() if key not in left_out} | {
        "file": Path(step["file"]).name
    }


def assert_same(path: Path, expected: dict[str, dict[str, Any]]) -> None:
    found = mflint_graphs(path)
    assert found.keys() == expected.keys()
    for name, steps in expected.items():
        assert found[name] == {step: metaflow_step(info) for step, info in steps.items()}


@pytest.mark.parametrize("path", sorted(TUTORIALS.rglob("*.py")), ids=lambda path: path.parent.name)
def test_the_graph_of_a_tutorial_is_metaflows(path: Path, tmp_path: Path) -> None:
    expected = metaflow_graphs(path, cwd=tmp_path)[path]
    assert len(expected) == 1
    assert_same(path, expected)


@pytest.mark.parametrize("path", sorted((EXAMPLES / "flows").glob("*.py")), ids=lambda path: path.stem)
def test_the_graph_of_an_example_is_metaflows(path: Path) -> None:
    expected = metaflow_graphs(path, cwd=EXAMPLES)[path]
    assert len(expected) == 1
    assert_same(path, expected)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, dict[str, dict[str, Any]]]:
    root = tmp_path_factory.mktemp("nasty")
    for name, code in NASTY.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        text = dedent(code).lstrip("\n")
        path.write_bytes((text.replace("\n", "\r\n") if "crlf" in name else text).encode())
    return metaflow_graphs(*(root / name for name in NASTY), cwd=root)


@pytest.mark.parametrize("name", NASTY)
def test_the_graph_of_a_nasty_flow_is_metaflows(
    name: str, nasty: dict[Path, dict[str, dict[str, Any]]]
) -> None:
    path, expected = next((path, flows) for path, flows in nasty.items() if path.as_posix().endswith(name))
    assert expected
    assert_same(path, expected)
