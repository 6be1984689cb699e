"""Flows of three steps in a row, `start`, `middle` and `end`, for the rules of artifacts."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

from tests.mflint.flow_projects import check, silences

FLOW = """\
from metaflow import Config, FlowSpec, IncludeFile, Parameter, step
from helpers import *
{imports}

class F(FlowSpec):
{attributes}

    @step
    def start(self):
{start}
        self.next(self.middle)

    @step
    def middle(self):
{middle}
        self.next(self.end)

    @step
    def end(self):
{end}

{methods}
"""
HELPERS = """
import numpy as np
from sklearn.svm import SVC

def lines():
    yield 1
async def fetched(): ...
def score(row): return 1
def counted(): return {"a": 1}
def array() -> np.ndarray: ...
def trained():
    model = SVC()
    model.fit(1, 2)
    return model
@cached
def wrapped(row): return 1
class Model: ...
"""


def flow(
    start: str,
    middle: str = "",
    end: str = "",
    *,
    attributes: str = "",
    methods: str = "",
    imports: str = "",
) -> dict[str, str | bytes]:
    """The files of a project whose flow has these bodies."""

    def block(text: str, depth: int) -> str:
        return indent(dedent(text).strip("\n") or "pass", "    " * depth)

    code = FLOW.format(
        imports=dedent(imports),
        attributes=block(attributes, 1),
        start=block(start, 2),
        middle=block(middle, 2),
        end=block(end, 2),
        methods=block(methods, 1),
    )
    return {"flow.py": code, "helpers.py": HELPERS}


def found(root: Path, files: dict[str, str | bytes], code: str) -> list[str]:
    """Each finding of the rule as `<source line>: <message>`."""
    text = files["flow.py"]
    assert isinstance(text, str)
    lines = text.splitlines()
    return [f"{lines[line - 1].strip()}: {message}" for line, _, message in check(root, files, code)]


def silent(root: Path, files: dict[str, str | bytes], code: str) -> list[str]:
    """Why the rule keeps silent, its own name left out."""
    return [reason.partition(": ")[2] for reason in silences(root, files, code)]
