"""Lines of a flow's file, for what no traceback leads to."""

from __future__ import annotations

import re
from pathlib import Path


def line(file: Path, flow: str, step: str | None = None) -> int:
    """The 1-based line of the flow's class statement, or of its step's where the file defines it."""
    lines = file.read_bytes().splitlines()
    start = _first(lines, 0, rf"\s*class\s+{re.escape(flow)}\b") or 1
    if step is None:
        return start
    return _first(lines, start, rf"\s+(?:async\s+)?def\s+{re.escape(step)}\b") or start


def _first(lines: list[bytes], start: int, pattern: str) -> int | None:
    matches = re.compile(pattern.encode()).match
    return next((number for number, text in enumerate(lines[start:], start + 1) if matches(text)), None)
