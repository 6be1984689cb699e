"""What is found in random flows is what fails in them, by an interpreter that knows nothing of the linter."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from hypothesis import assume, given, settings

from mflint.engine import check_text
from mflint.settings import Settings
from tests.mflint.rules.dataflow.random_flows import Block, Failures, Run, flows, runs, source

_MOST_RUNS = 200
CERTAIN, POSSIBLE = {"MF601", "MF603"}, {"MF602"}


def judged(blocks: tuple[Block, ...]) -> tuple[list[Run], dict[str, Failures]]:
    """All runs of the flow, and the reads that each rule finds."""
    everything = list(islice(runs(blocks), _MOST_RUNS))
    assume(len(everything) < _MOST_RUNS)
    text, places = source(blocks)
    path = Path("flow.py").absolute()
    report = check_text(text.encode(), path, Settings(path.parent, select=("MF5", "MF6")))
    found: dict[str, Failures] = {}
    for finding in report.findings:
        assert finding.code[:3] == "MF6", finding
        found.setdefault(finding.code, set()).add(places[finding.span.start.line])
    assert report.silences == {}
    return everything, found


def of(codes: set[str], found: dict[str, Failures]) -> Failures:
    return {place for code in codes for place in found.get(code, ())}


@given(flows())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_is_found_fails(blocks: tuple[Block, ...]) -> None:
    everything, found = judged(blocks)
    for place in of(CERTAIN, found):
        assert all(place in run.failed for run in everything if place in run.read), (place, source(blocks)[0])
    for place in of(POSSIBLE, found):
        assert any(place in run.failed for run in everything), (place, source(blocks)[0])


@given(flows())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_read_that_fails_whenever_it_is_made_is_found(blocks: tuple[Block, ...]) -> None:
    everything, found = judged(blocks)
    made = set().union(*(run.read for run in everything))
    named = _named(blocks)
    known = {(step, named[step, index]) for step, index in of(CERTAIN | POSSIBLE, found)}
    for step, index in made:
        if all((step, index) in run.failed for run in everything if (step, index) in run.read):
            assert (step, named[step, index]) in known, ((step, index), source(blocks)[0])


@given(flows(one_decision=True))
@settings(max_examples=250, deadline=None, derandomize=True)
def test_in_a_flow_with_one_decision_each_read_that_fails_is_found(blocks: tuple[Block, ...]) -> None:
    everything, found = judged(blocks)
    named = _named(blocks)
    known = {(step, named[step, index]) for step, index in of(CERTAIN | POSSIBLE, found)}
    failed = set().union(*(run.failed for run in everything))
    assert {(step, named[step, index]) for step, index in failed} == known, source(blocks)[0]


def _named(blocks: tuple[Block, ...]) -> dict[tuple[str, int], str]:
    """The artifact of each action."""
    found = {}
    for block in blocks:
        for name, done in ((block.name, block.actions), (block.close, block.close_actions)):
            found.update({(name, index): artifact for index, (_, artifact) in enumerate(done)})
        for inner in block.inner:
            found.update(_named(inner))
    return found
