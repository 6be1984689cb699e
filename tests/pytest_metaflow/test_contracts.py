"""What a good run is held against."""

from __future__ import annotations

import os
import pickle
import re
import textwrap
from pathlib import Path

import pytest

from pytest_metaflow.contracts.levels import complaint, contracts_of
from pytest_metaflow.inside.contracts.portable import loaded
from tests.pytest_metaflow.projects import Item, Outcome, Project

pytestmark = pytest.mark.slow

HEAD = """
from metaflow import FlowSpec, Parameter, catch, current, project, step
"""

TAIL = """

if __name__ == "__main__":
    {name}()
"""

PARAMETER = 'test_mode = Parameter("test-mode", type=bool, default={})'


def write(project: Project, name: str, body: str, default: str = "False", decorator: str = "") -> None:
    """A flow in a file of its own, `body` being its methods."""
    statement = f"\n\n{decorator}\nclass {name}(FlowSpec):\n    {PARAMETER.format(default)}\n\n"
    methods = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    project.write(f"{name.lower()}.py", f"{HEAD}{statement}{methods}\n{TAIL.format(name=name)}")


def two_steps(start: str) -> str:
    """The steps of a flow; `start` is what the first one does."""
    lines = textwrap.indent(textwrap.dedent(start).strip(), "    ")
    return f"@step\ndef start(self):\n{lines}\n    self.next(self.end)\n\n@step\ndef end(self):\n    pass"


def listed(item: Item) -> list[str]:
    """The broken contracts that a failure lists."""
    names = "data-frame|library-class|portable|vanished|size|caught|test-mode"
    return re.findall(rf"^(?:{names}): .*", item.text, re.MULTILINE)


def line_of(project: Project, flow: str, text: str) -> str:
    """`framesflow.py:12`, where the text stands."""
    file = project.root / f"{flow.lower()}.py"
    number = next(n for n, line in enumerate(file.read_text().splitlines(), 1) if text in line)
    return f"{file.name}:{number}"


FRAMES = """
# A set of texts has another order in each process, so that a task that reads the frame stores it anew.
@step
def start(self):
    self.rides = pandas.DataFrame({"stations": [{str(number) for number in range(50)}]})
    self.nested = {"rides": self.rides}
    self.items = [1, 2, 3]
    self.next(self.train, foreach="items")

@step
def train(self):
    self.seen = len(self.rides)
    self.scores = self.scored()
    self.next(self.join)

def scored(self):
    return Scores({"score": [self.input]})

@step
def join(self, inputs):
    self.rides = inputs[0].rides
    self.next(self.last)

@step
def last(self):
    self.seen = len(self.rides)
    self.gone = self.rides
    del self.gone
    self.next(self.end)

@step
def end(self):
    pass
"""

VANISHED = """
@step
def start(self):
    self.factor = 2
    self.score = lambda row: row * self.factor
    self.show = print
    self._own = lambda row: row
    if current.run_id:
        self.name_of = self.method
    self.next(self.end)

def method(self):
    pass

@step
def end(self):
    pass
"""

CAUGHT = """
@step
def start(self):
    self.items = [1, 2, 3]
    self.next(self.train, foreach="items")

@catch(var="failure")
@step
def train(self):
    if self.input > 1:
        raise ValueError("cannot fit")
    self.next(self.join)

@step
def join(self, inputs):
    self.failures = sum(bool(branch.failure) for branch in inputs)
    self.next(self.end)

@step
def end(self):
    pass
"""

IN_PROJECT = '@project(name="bikes")'
NOT_IN_PRODUCTION = "lambda _: not current.is_production"


@pytest.fixture(scope="module")
def by_default(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Outcome]:
    """Flows that nothing is set for, run in one session."""
    project = Project(tmp_path_factory.mktemp("default") / "project")
    project.root.mkdir()
    write(
        project,
        "FramesFlow",
        FRAMES,
        decorator="import pandas\n\nclass Scores(pandas.DataFrame):\n    pass\n\n",
    )
    write(project, "VanishedFlow", VANISHED)
    write(project, "CaughtFlow", CAUGHT)
    write(project, "OnFlow", two_steps("pass"), "True", IN_PROJECT)
    write(project, "OffFlow", two_steps("pass"), "lambda context: False", IN_PROJECT)
    write(project, "RightFlow", two_steps("pass"), NOT_IN_PRODUCTION, IN_PROJECT)
    write(project, "AskingFlow", two_steps("pass"), NOT_IN_PRODUCTION)
    argument = 'lambda _: "--production" not in __import__("sys").argv'
    write(project, "ArgumentFlow", two_steps("self.production = current.is_production"), argument, IN_PROJECT)
    write(project, "ComputedFlow", two_steps("pass"), "len(FlowSpec.__name__) > 1", IN_PROJECT)
    write(
        project, "PinnedFlow", two_steps("pass"), "lambda _: True", '@project(name="bikes", production=True)'
    )
    write(project, "PlainFlow", two_steps("self.weights = [1.5, {'a': None}]"))
    return project, project.run("-n", "2")


def test_a_data_frame_is_named_at_the_line_that_makes_it_and_not_where_it_is_read(
    by_default: tuple[Project, Outcome],
) -> None:
    project, outcome = by_default
    item = outcome.items["FramesFlow"]
    made = line_of(project, "FramesFlow", "self.rides = pandas")
    assert item.message == "data-frame: step start: self.rides is a pandas.DataFrame (and 2 more)"
    assert listed(item) == [
        f"data-frame: step start: self.rides is a pandas.DataFrame ({made})",
        (
            "data-frame: step train in 3 tasks: self.scores is a __main__.Scores, which is a "
            f"pandas.DataFrame ({line_of(project, 'FramesFlow', 'self.scores =')})"
        ),
        (
            "data-frame: step join: self.rides is a pandas.DataFrame "
            f"({line_of(project, 'FramesFlow', 'inputs[0].rides')})"
        ),
    ]
    assert f"{made}: data-frame: step start" in item.text
    assert "[tool.pytest_metaflow.flows.FramesFlow.contracts]" in item.text
    assert item.properties["metaflow_steps_run"] == "start, train, join, last, end"


def test_functions_and_methods_that_vanish_are_named_but_private_and_stored_ones_are_not(
    by_default: tuple[Project, Outcome],
) -> None:
    project, outcome = by_default
    assert listed(outcome.items["VanishedFlow"]) == [
        (
            "vanished: step start: self.score is a function, which Metaflow does not store "
            f"({line_of(project, 'VanishedFlow', 'self.score =')})"
        ),
        (
            "vanished: step start: self.name_of is a method, which Metaflow does not store "
            f"({line_of(project, 'VanishedFlow', 'self.name_of =')})"
        ),
    ]


def test_an_exception_that_catch_swallows_is_a_warning(by_default: tuple[Project, Outcome]) -> None:
    project, outcome = by_default
    item = outcome.items["CaughtFlow"]
    warning = "caught: step train in 2 tasks: @catch swallowed ValueError: cannot fit"
    shown = f"{warning} ({line_of(project, 'CaughtFlow', 'raise')})"
    assert (item.outcome, item.properties["metaflow_contract"]) == ("passed", shown)
    assert f"caughtflow.py::CaughtFlow: {shown}" in outcome.flows_section


def test_a_test_mode_that_is_on_in_production_or_off_elsewhere_fails_without_a_run_of_either(
    by_default: tuple[Project, Outcome],
) -> None:
    project, outcome = by_default
    place = line_of(project, "OnFlow", "Parameter(")
    assert listed(outcome.items["OnFlow"]) == [f"test-mode: with --production, test-mode is True ({place})"]
    assert f"{place}: test-mode: with --production, test-mode is True" in outcome.items["OnFlow"].text
    assert outcome.items["OffFlow"].message == "test-mode: without --production, test-mode is False"
    assert outcome.items["PinnedFlow"].message == "test-mode: with --production, test-mode is True"
    assert outcome.items["AskingFlow"].message == (
        "test-mode: by default, test-mode cannot be evaluated: "
        "AttributeError: 'Current' object has no attribute 'is_production'"
    )


def test_good_flows_pass_and_a_default_computed_at_import_tells_nothing(
    by_default: tuple[Project, Outcome],
) -> None:
    good = ("RightFlow", "ArgumentFlow", "ComputedFlow", "PlainFlow")
    assert {name: by_default[1].outcomes[name] for name in good} == dict.fromkeys(good, "passed")


STRICT = """
[tool.pytest_metaflow.contracts]
library-class = "error"
portable = "warn"
vanished = "warn"

[tool.pytest_metaflow.flows.SizeFlow.contracts]
max-artifact-size = "20 kB"

[tool.pytest_metaflow.flows.CaughtFlow.contracts]
caught = "error"

[tool.pytest_metaflow.flows.FramesFlow.contracts]
data-frame = "warn"
library-class = "off"
portable = "off"

[tool.pytest_metaflow.flows.AllowedFlow.contracts]
allowed-artifacts = ["model"]

[tool.pytest_metaflow.flows.OffFlow.contracts]
data-frame = "off"
library-class = "off"
portable = "off"
test-mode = "off"
"""

LIBRARY = """
import fractions, numpy
self.array = numpy.zeros(3)
self.listed = [numpy.float64(1)]
self.fraction = fractions.Fraction(1, 2)
self.own = Own()
self.callback = lambda: 0
"""

SIZES = """
self.large = "x" * 30_000
self.small = "x" * 10_000
"""


@pytest.fixture(scope="module")
def as_set(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Outcome]:
    """Flows with levels of their own, run in one session."""
    project = Project(tmp_path_factory.mktemp("set") / "project")
    project.root.mkdir()
    project.write("pyproject.toml", STRICT)
    write(project, "LibraryFlow", two_steps(LIBRARY), decorator="class Own:\n    pass\n\n")
    write(project, "SizeFlow", two_steps(SIZES))
    write(project, "CaughtFlow", CAUGHT)
    write(project, "FramesFlow", two_steps("import pandas\nself.rides = pandas.Series([1])"))
    write(project, "AllowedFlow", two_steps("import numpy\nself.model = numpy.zeros(3)"))
    write(project, "OffFlow", two_steps("import pandas\nself.rides = pandas.Series([1])"), "True", IN_PROJECT)
    return project, project.run("-n", "2")


@pytest.mark.slow
def test_the_class_of_an_artifact_may_have_to_be_pythons_or_the_projects_own(
    as_set: tuple[Project, Outcome],
) -> None:
    project, outcome = as_set
    place = line_of(project, "LibraryFlow", "self.array =")
    assert listed(outcome.items["LibraryFlow"]) == [
        f"library-class: step start: self.array is a numpy.ndarray ({place})"
    ]


@pytest.mark.slow
def test_artifacts_may_have_to_load_with_the_standard_library_alone(as_set: tuple[Project, Outcome]) -> None:
    project, outcome = as_set
    shown = [line for line in outcome.flows_section if "LibraryFlow: portable" in line]
    starts = "libraryflow.py::LibraryFlow: portable: step start: "
    alone = "does not load with the standard library alone: it needs"
    assert shown == [
        f"{starts}self.array {alone} the module numpy ({line_of(project, 'LibraryFlow', 'self.array')})",
        f"{starts}self.listed {alone} the module numpy ({line_of(project, 'LibraryFlow', 'self.listed')})",
        f"{starts}self.own {alone} Own of the flow's file ({line_of(project, 'LibraryFlow', 'self.own')})",
    ]
    vanished = "libraryflow.py::LibraryFlow: vanished: step start: self.callback is a function"
    assert [line for line in outcome.flows_section if line.startswith(vanished)]


@pytest.mark.slow
def test_a_limit_alone_makes_larger_artifacts_an_error(as_set: tuple[Project, Outcome]) -> None:
    item = as_set[1].items["SizeFlow"]
    assert item.message == "size: step start: self.large has 30 kB, more than 20 kB"


@pytest.mark.slow
def test_a_swallowed_exception_can_be_an_error_that_shows_its_traceback(
    as_set: tuple[Project, Outcome],
) -> None:
    project, outcome = as_set
    item = outcome.items["CaughtFlow"]
    assert item.message == "caught: step train in 2 tasks: @catch swallowed ValueError: cannot fit"
    assert f"{line_of(project, 'CaughtFlow', 'raise')}: in train\n    raise ValueError" in item.text


@pytest.mark.slow
def test_each_contract_can_be_a_warning_or_off_and_artifacts_can_be_allowed(
    as_set: tuple[Project, Outcome],
) -> None:
    project, outcome = as_set
    frames = outcome.items["FramesFlow"]
    warning = f"self.rides is a pandas.Series ({line_of(project, 'FramesFlow', 'self.rides')})"
    assert (frames.outcome, frames.properties["metaflow_contract"]) == (
        "passed",
        f"data-frame: step start: {warning}",
    )
    for name in ("AllowedFlow", "OffFlow"):
        assert (outcome.outcomes[name], "metaflow_contract" in outcome.items[name].properties) == (
            "passed",
            False,
        )


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('dataframe = "off"', 'dataframe: unknown key (did you mean "data-frame"?)'),
        ("size = 3", "size: expected error or warn or off, got 3"),
        (
            'max-artifact-size = "50 miles"',
            "max-artifact-size: expected a size such as \"50 MB\" or a number of bytes, got '50 miles'",
        ),
        ('allowed-artifacts = "x"', "allowed-artifacts: expected a list of names, got 'x'"),
    ],
)
def test_wrong_settings_are_one_line(project: Project, line: str, complaint: str) -> None:
    file = project.write("pyproject.toml", f"[tool.pytest_metaflow.contracts]\n{line}")
    outcome = project.run()
    message = f"ERROR: {file}: tool.pytest_metaflow.contracts.{complaint}"
    assert (outcome.exit_code, outcome.output.strip()) == (4, message)


def test_a_failed_run_is_not_held_against_contracts(project: Project) -> None:
    write(project, "FailingFlow", two_steps("self.gone = lambda: 0\nself.ratio = 1 / 0"))
    item = project.run().items["FailingFlow"]
    assert item.message == "ZeroDivisionError: division by zero (step start)"
    assert listed(item) == []


class Ending:
    """Ends the interpreter that loads it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (3,)


def test_a_pickle_that_ends_the_interpreter_is_named_and_the_others_are_still_loaded() -> None:
    large = pickle.dumps("x" * 1_000_000)
    blobs = {
        "good": pickle.dumps({"a": [1, None]}),
        "ending": pickle.dumps(Ending()),
        "own": pickle.dumps(Project(Path("x"))),
        "metaflow": b"cmetaflow.unknown\nThing\n.",
        "large": large,
        "cut": large[:-5],
    }
    assert dict(loaded(iter(blobs.items()))) == {
        "good": "",
        "ending": "it ends the interpreter",
        "own": "it needs the module tests",
        "metaflow": "",
        "large": "",
        "cut": "UnpicklingError: pickle data was truncated",
    }


@pytest.mark.parametrize(
    ("size", "bytes_"),
    [(1000, 1000), ("50 MB", 50_000_000), ("1.5kB", 1500), ("2 GiB", 2 * 2**30), ("7", 7)],
)
def test_a_limit_is_a_number_of_bytes_or_a_text_with_a_unit(size: int | str, bytes_: int) -> None:
    found = contracts_of({"max-artifact-size": size})
    assert (complaint("max-artifact-size", size), found.max_artifact_size, found.size) == (
        None,
        bytes_,
        "error",
    )
    assert contracts_of({"max-artifact-size": size, "size": "warn"}).size == "warn"
