"""Runs mflint as its users do."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

_CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


def mflint(*arguments: str | Path, cwd: Path, stdin: bytes = b"", **environment: str) -> Outcome:
    """Run `mflint` with `arguments` in the folder `cwd`."""
    return python("-m", "mflint", *map(str, arguments), cwd=cwd, stdin=stdin, **environment)


def python(*arguments: str, cwd: Path, stdin: bytes = b"", **environment: str) -> Outcome:
    """Run the interpreter on this checkout."""
    kept = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "NO_COLOR", "COLUMNS")}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=60,
        env={**kept, "PYTHONPATH": str(_CHECKOUT), "NO_COLOR": "1", "PYTHONUTF8": "1", **environment},
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def write(root: Path, name: str, text: str = "") -> Path:
    """Write the file `name` below `root`."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path
