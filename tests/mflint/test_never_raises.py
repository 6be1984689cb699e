"""Whatever a file holds, mflint gives findings and never fails itself."""

from __future__ import annotations

import random
from importlib.util import find_spec
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mflint.engine import check_text
from mflint.rules import Profile, all_rules
from mflint.settings import Settings

METAFLOW = find_spec("metaflow")
assert METAFLOW is not None
assert METAFLOW.origin is not None
TUTORIALS = sorted((Path(METAFLOW.origin).parent / "tutorials").rglob("*.py"))
SOURCES = [path.read_bytes() for path in TUTORIALS]
INSERTS = [
    b"(", b")", b"[", b":", b"'", b'"""', b"\\", b"\n", b"\t", b"\0", b"\xff", b"\r", b"\x0c",
    b"self", b"lambda self: ",
    b"await ", b"*", b"**", b"@", b"del ", b"if x:\n", b"class X(FlowSpec):",
    b"# mflint: ignore[", b"import ", b"=",
]  # fmt: skip


def mutated(source: bytes, chance: random.Random, changes: int) -> bytes:
    """`source` with lines moved, doubled and dropped, and pieces of code put in anywhere."""
    lines = source.split(b"\n")
    for _ in range(changes):
        place = chance.randrange(len(lines))
        kind = chance.randrange(5)
        if kind == 0:
            lines[place : place + chance.randrange(1, 4)] = []
            lines = lines or [b""]
        elif kind == 1:
            lines.insert(chance.randrange(len(lines)), lines[place])
        elif kind == 2:
            lines[place] = lines[place].lstrip()
        else:
            column = chance.randrange(len(lines[place]) + 1)
            lines[place] = lines[place][:column] + chance.choice(INSERTS) + lines[place][column:]
    return b"\n".join(lines)


@settings(
    max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
@given(
    source=st.sampled_from(SOURCES),
    seed=st.integers(0, 2**32),
    changes=st.integers(1, 12),
)
def test_a_mutated_tutorial_is_checked_or_refused(source: bytes, seed: int, changes: int) -> None:
    data = mutated(source, random.Random(seed), changes)
    report = check_text(data, Path("/nowhere/flow.py"), Settings(Path("/nowhere"), profile=Profile.STRICT))
    assert {found.code for found in report.findings} <= all_rules().keys()
    assert report.problems == ()
