"""Flows of a few steps, written as their bodies, and what the rules about missing artifacts say of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import write

RULES = ("MF601", "MF602", "MF603", "MF609", "MF610")
HEAD = """
import contextlib
import os
import sys
from typing import NoReturn
from metaflow import Config, FlowSpec, IncludeFile, Parameter, S3, card, catch, current, retry, step


def refuse(why):
    if why:
        raise ValueError(why)
    else:
        sys.exit(1)


def leave() -> NoReturn:
    stop()


def fill_it(flow):
    flow.x = 1


class TheFlow(FlowSpec):
    kind = Parameter("kind", default="a")
    LIMIT = 3
    filled = fill_it
"""


def flow(*, members: str = "", **steps: str) -> str:
    """A flow whose steps have these bodies; one called `…_join` takes `inputs`.

    A body that ends without `self.next` leads to the step written next.
    """
    parts = [HEAD, indent(dedent(members), "    ")]
    names = list(steps)
    for name, following in zip(names, [*names[1:], None], strict=True):
        body = dedent(steps[name]).strip("\n") or "pass"
        decorators, _, rest = body.rpartition("---\n")
        if "self.next(" not in rest and following is not None:
            rest += f"\nself.next(self.{following})"
        arguments = "self, inputs" if name.endswith("join") else "self"
        shown = "".join(f"    {line}\n" for line in decorators.splitlines())
        parts.append(f"{shown}    @step\n    def {name}({arguments}):\n{indent(rest, '        ')}\n")
    return "\n".join(parts)


def found(root: Path, files: str | Mapping[str, str]) -> list[str]:
    """The findings of RULES in `flow.py`, each with its code, the line it stands in, and the message."""
    sources = {"flow.py": files} if isinstance(files, str) else files
    write(root, dict(sources))
    report = check_paths([root / "flow.py"], Settings(root, select=RULES))
    assert report.problems == ()
    lines = (root / "flow.py").read_text().splitlines()
    return [
        f"{f.code} {lines[f.span.start.line - 1].strip()}" for f in report.findings if f.suppressed is None
    ]
