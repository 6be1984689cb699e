from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences

METAFLOW = "from metaflow import FlowSpec, step\n"
UNKNOWN = f"{METAFLOW}from company import Base\nclass F(Base, FlowSpec):\n"
REASON = "base class Base of F is not in the project's source"
WORK = "    @step\n    def work(self): self.next(self.end)\n"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"{WORK}    @step\n    def end(self): pass\n", "MF501 [no-start-step]"),
        (f"    @step\n    def start(self): self.next(self.work)\n{WORK}", "MF502 [no-end-step]"),
        (
            "    @step\n    def start(self): self.next(self.finish)\n    @step\n    def finish(self): pass\n",
            "MF503 [missing-next]",
        ),
        (f"    @step\n    def start(self): self.next(self.load)\n{WORK}", "MF505 [unknown-target]"),
        ("    @step\n    def start(self): self.next(self.end)\n" + WORK, "MF507 [unreachable-step]"),
    ],
)
def test_an_unknown_base_may_hold_what_is_missing(tmp_path: Path, body: str, code: str) -> None:
    assert check(tmp_path, {"flow.py": UNKNOWN + body}, code[:5]) == []
    assert f"{code}: {REASON}" in silences(tmp_path, {"flow.py": UNKNOWN + body}, code[:5])


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "@step(start=FIRST)\n    def load(self): self.next(self.end)\n    @step\n    def end(self): pass",
            "MF501 [no-start-step]: `@step` of load has computed arguments",
        ),
        (
            f"@task\n    def start(self): pass\n{WORK}    @step\n    def end(self): pass",
            "MF501 [no-start-step]: a decorator may make start a step",
        ),
        (
            f"@step\n    def end(self): pass\n{WORK}    start = work",
            "MF501 [no-start-step]: start = work may be a parameter",
        ),
    ],
)
def test_a_first_step_that_the_source_does_not_show_is_not_missed(
    tmp_path: Path, code: str, reason: str
) -> None:
    files: dict[str, str | bytes] = {"flow.py": f"{METAFLOW}class F(FlowSpec):\n    {code}\n"}
    assert check(tmp_path, files, "MF501") == []
    assert silences(tmp_path, files, "MF501") == [reason]


def test_what_stands_in_the_step_itself_is_found_whatever_the_base_holds(tmp_path: Path) -> None:
    body = f"{WORK}    @step\n    def input(self, a, b): self.next()\n"
    assert check(tmp_path, {"flow.py": UNKNOWN + body}, "MF5") == [
        (7, 9, "step `input` takes 3 arguments"),
        (7, 9, "`input` cannot be the name of a step"),
        (7, 28, "Metaflow cannot read the `self.next` of step `input`"),
    ]


def test_a_base_flow_that_nobody_runs_is_not_judged(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "base.py": f"{METAFLOW}class Base(FlowSpec):\n{WORK}",
        "flow.py": (
            f"{METAFLOW}from base import Base\nclass F(Base):\n    @step\n"
            "    def start(self): self.next(self.work)\n    @step\n    def end(self): pass\n"
        ),
    }
    assert check(tmp_path, files, "MF5", path="base.py") == []
    assert check(tmp_path, files, "MF5") == []


def test_a_decorator_below_step_may_bring_the_transition(tmp_path: Path) -> None:
    code = f"{METAFLOW}class F(FlowSpec):\n    @step\n    @ending\n    def start(self): pass\n{WORK}"
    files: dict[str, str | bytes] = {"flow.py": f"{code}    @step\n    def end(self): pass\n"}
    assert check(tmp_path, files, "MF503") == []
