from __future__ import annotations

from pathlib import Path

from tests.mflint.commands import mflint
from tests.mflint.flow_projects import write

FLOW = """
    from metaflow import FlowSpec, kubernetes, step

    class TrainFlow(FlowSpec):
        @kubernetes(cpu=2, compute_profile="gpu", speed=3)
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass

    if __name__ == "__main__":
        TrainFlow()
"""


def found(root: Path) -> list[str]:
    done = mflint("check", "--output-format", "concise", "--profile", "correctness", ".", cwd=root)
    return done.out.splitlines()[:-1]


def test_an_argument_that_metaflow_does_not_know_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"train.py": FLOW})
    assert found(tmp_path) == [
        "train.py:4:5: MF522 [invalid-decorator-use] `@kubernetes` has no argument `compute_profile`",
        "train.py:4:5: MF522 [invalid-decorator-use] `@kubernetes` has no argument `speed`",
    ]


def test_arguments_that_an_extension_adds_can_be_named_in_the_settings(tmp_path: Path) -> None:
    settings = '[rules.invalid-decorator-use]\nmore-arguments = ["kubernetes.compute_profile"]\n'
    write(tmp_path, {"train.py": FLOW, "mflint.toml": settings})
    assert found(tmp_path) == [
        "train.py:4:5: MF522 [invalid-decorator-use] `@kubernetes` has no argument `speed`"
    ]
