"""What fixes change, as a unified diff."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import diff_bytes, unified_diff
from pathlib import Path

from mflint.output.paths import shown

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


def diff(path: Path, before: bytes, after: bytes, base: Path) -> bytes:
    """The change of one file, in its own encoding and with its line ends, so that it can be applied."""
    name = shown(path, base).encode()
    lines = diff_bytes(unified_diff, _LINE.findall(before), _LINE.findall(after), name, name)
    return b"".join(_ended(lines))


def _ended(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
