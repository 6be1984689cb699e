"""`mflint graph`, as its users see it."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mflint.output.graphs import FORMATS, graph_renderer
from mflint.output.graphs.drawing import Arrow, Box, Drawing, Shape
from tests.mflint.commands import Outcome, mflint, write

SVG = "{http://www.w3.org/2000/svg}"
FLOW = """
    from metaflow import FlowSpec, step

    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.regions = ["north", "south"]
            self.next(self.load, foreach="regions")

        @step
        def load(self):
            self.next(self.fit, self.score)

        @step
        def fit(self):
            self.next(self.join)

        @step
        def score(self):
            self.next(self.join)

        @step
        def join(self, inputs):
            self.next(self.gather)

        @step
        def gather(self, inputs):
            self.next(self.decide)

        @step
        def decide(self):
            self.verdict = "good"
            self.next({"good": self.end, "a \\"bad\\" <one>": self.wait}, condition="verdict")

        @step
        def wait(self):
            self.next({"again": self.wait, "done": self.end}, condition="state")

        @step
        def end(self):
            pass
    """


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "train.py", FLOW)
    return tmp_path


def graph(root: Path, output_format: str, target: str = "train.py") -> str:
    done = mflint("graph", "--output-format", output_format, target, cwd=root)
    assert (done.code, done.err) == (0, "")
    return done.out


def test_text_has_a_line_for_each_step_indented_by_open_splits(root: Path) -> None:
    assert graph(root, "text") == (
        "TrainFlow\n"
        "  start      foreach regions    → load\n"
        "    load                        → fit, score\n"
        "      fit                       → join\n"
        "      score                     → join\n"
        "    join     joins load         → gather\n"
        "  gather     joins start        → decide\n"
        '  decide     switch on verdict  → good: end, a "bad" <one>: wait\n'
        "  wait       switch on state    → again: wait, done: end\n"
        "  end\n"
    )


def test_mermaid_is_a_flowchart_whose_texts_are_escaped(root: Path) -> None:
    assert graph(root, "mermaid") == (
        '---\ntitle: "TrainFlow"\n---\n'
        "flowchart TD\n"
        '    s0[["start<br><small>foreach regions</small>"]]\n'
        '    s1["load"]\n'
        '    s2["fit"]\n'
        '    s3["score"]\n'
        '    s4["join<br><small>joins load</small>"]\n'
        '    s5["gather<br><small>joins start</small>"]\n'
        '    s6{{"decide<br><small>switch on verdict</small>"}}\n'
        '    s7{{"wait<br><small>switch on state</small>"}}\n'
        '    s8(["end"])\n'
        "    s0 --> s1\n    s1 --> s2\n    s1 --> s3\n    s2 --> s4\n    s3 --> s4\n    s4 --> s5\n"
        "    s5 --> s6\n"
        '    s6 -->|"good"| s8\n'
        '    s6 -->|"a #quot;bad#quot; #lt;one#gt;"| s7\n'
        '    s7 -->|"again"| s7\n'
        '    s7 -->|"done"| s8\n'
    )


def test_dot_quotes_what_graphviz_would_read(root: Path) -> None:
    lines = graph(root, "dot").splitlines()
    assert lines[0] == 'digraph "TrainFlow" {'
    assert '    "start" [label="start\\nforeach regions" style="rounded" peripheries=2]' in lines
    assert '    "decide" -> "wait" [label="a \\"bad\\" <one>"]' in lines
    assert lines[-1] == "}"


def test_svg_is_one_document_that_loads_nothing(root: Path) -> None:
    text = graph(root, "svg")
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert "@import" not in text
    picture = ElementTree.fromstring(text)
    assert picture.get("aria-label") == "Steps of TrainFlow"
    shown = [node.text for node in picture.iter(f"{SVG}text")]
    texts = """TrainFlow/start/foreach regions/load/fit/score/join/joins load/gather/joins start/decide
        /switch on verdict/wait/switch on state/end/good/a "bad" <one>/again/done"""
    assert sorted(filter(None, shown)) == sorted(text.strip() for text in texts.split("/"))


@pytest.mark.parametrize("target", ["flows.py:Second", "flows.py::Second"])
def test_one_of_several_flows_is_named_behind_the_file(tmp_path: Path, target: str) -> None:
    write(tmp_path, "flows.py", FLOW + FLOW.replace("TrainFlow", "Second"))
    assert graph(tmp_path, "text", target).startswith("Second\n")
    assert graph(tmp_path, "svg", target).count("<svg") == 1
    assert [
        line for line in graph(tmp_path, "text", "flows.py").splitlines() if line[:1] not in (" ", "")
    ] == [
        "TrainFlow",
        "Second",
    ]


@pytest.mark.parametrize(
    ("target", "code", "says"),
    [
        pytest.param("nowhere.py", 3, "nowhere.py:1:1: No such file or directory", id="a missing file"),
        pytest.param("train.py:Nope", 2, "train.py: no flow `Nope`; there is TrainFlow", id="no such flow"),
        pytest.param("empty.py", 2, "empty.py: no flow in this file", id="a file without flows"),
        pytest.param("broken.py", 3, "broken.py:2:7: invalid syntax", id="a file that is not Python"),
        pytest.param("two.py", 2, "two.py holds several flows: TrainFlow, Second", id="several flows"),
        pytest.param(".", 3, "Is a directory", id="a folder"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_one_line(root: Path, target: str, code: int, says: str) -> None:
    write(root, "empty.py")
    write(root, "broken.py", "from metaflow import FlowSpec\nclass (FlowSpec")
    write(root, "two.py", FLOW + FLOW.replace("TrainFlow", "Second"))
    done: Outcome = mflint("graph", "--output-format", "svg", target, cwd=root)
    assert (done.code, done.out) == (code, "")
    assert says in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_graph_with_defects_is_drawn_as_far_as_it_goes(tmp_path: Path, output_format: str) -> None:
    write(
        tmp_path,
        "train.py",
        FLOW.replace("self.next(self.fit, self.score)", "self.next(self.fit, self.scor)"),
    )
    text = graph(tmp_path, output_format)
    assert "no such step" in text
    assert "scor" in text


names = st.sampled_from([f"step_{'x' * n}_{n}" for n in range(12)])


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    chosen = draw(st.lists(names, min_size=1, max_size=12, unique=True))
    pairs = st.tuples(st.sampled_from(chosen), st.sampled_from(chosen), st.sampled_from(["", "case"]))
    boxes = tuple(
        Box(name, draw(st.sampled_from(Shape)), draw(st.sampled_from(["", "note"])), 0) for name in chosen
    )
    return Drawing("Any", boxes, tuple(Arrow(*pair) for pair in draw(st.lists(pairs, max_size=24))))


def rectangles(picture: ElementTree.Element) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each box."""
    found = []
    for group in picture.iter(f"{SVG}g"):
        x, y, width, height = (
            float(group.findall(f"{SVG}rect")[-1].get(key, "")) for key in ("x", "y", "width", "height")
        )
        found.append((x, y, x + width, y + height))
    return found


@settings(max_examples=60, deadline=None)
@given(drawings())
def test_boxes_of_any_graph_stand_apart_inside_the_picture(drawing: Drawing) -> None:
    picture = ElementTree.fromstring(graph_renderer("svg")(drawing))
    boxes = rectangles(picture)
    assert len(boxes) == len(drawing.boxes)
    for left, right in combinations(boxes, 2):
        assert left[2] <= right[0] or right[2] <= left[0] or left[3] <= right[1] or right[3] <= left[1]
    width, height = float(picture.get("width", "")), float(picture.get("height", ""))
    assert all(x >= 0 and y >= 0 and right <= width and bottom <= height for x, y, right, bottom in boxes)


@settings(max_examples=60, deadline=None)
@given(drawings())
def test_every_arrow_of_any_graph_is_drawn_in_every_format(drawing: Drawing) -> None:
    arrows = len(drawing.arrows)
    assert graph_renderer("svg")(drawing).count('class="arrow"') == arrows
    assert graph_renderer("mermaid")(drawing).count(" -->") == arrows
    assert graph_renderer("dot")(drawing).count(" -> ") == arrows
