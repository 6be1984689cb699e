"""One run over several projects: each file has the settings of the nearest settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.commands import mflint
from tests.mflint.flow_projects import write

FLOW = """
    from metaflow import FlowSpec, step

    class {name}(FlowSpec):
        @step
        def start(self):
            '''Start.'''
            self.next(self.end)

        @step
        def end(self):
            '''End.'''

    if __name__ == "__main__":
        {name}()
"""


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    write(
        tmp_path,
        {
            "pyproject.toml": '[tool.mflint]\nignore = ["MF201"]\n',
            "outer.py": FLOW.format(name="OuterFlow"),
            "team/mflint.toml": 'ignore = ["MF203"]\nexclude = ["drafts"]\n',
            "team/flows/inner.py": FLOW.format(name="InnerFlow"),
            "team/drafts/draft.py": FLOW.format(name="DraftFlow"),
        },
    )
    return tmp_path


def test_each_project_is_checked_by_its_own_settings(monorepo: Path) -> None:
    done = mflint("check", "--output-format", "concise", ".", cwd=monorepo)
    assert done.out == (
        "outer.py:3:7: MF203 [missing-test-mode] `OuterFlow` has no parameter `test-mode`\n"
        "team/flows/inner.py:3:7: MF201 [missing-project] `InnerFlow` has no `@project`\n"
        "Found 2 warnings in 2 flows (2 files).\n"
        "1 fixable with `--fix --unsafe-fixes`.\n"
    )


def test_the_command_line_changes_the_settings_of_every_project(monorepo: Path) -> None:
    done = mflint("check", "--output-format", "concise", "--select", "MF201", ".", cwd=monorepo)
    assert [line.split()[0] for line in done.out.splitlines()[:-1]] == [
        "outer.py:3:7:",
        "team/flows/inner.py:3:7:",
    ]


def test_a_file_that_is_named_is_checked_though_its_own_project_excludes_it(monorepo: Path) -> None:
    paths = ("outer.py", "team/drafts/draft.py")
    named = mflint("check", "--output-format", "concise", *paths, cwd=monorepo)
    assert "team/drafts/draft.py:3:7: MF201" in named.out
    forced = mflint("check", "--output-format", "concise", "--force-exclude", *paths, cwd=monorepo)
    assert "draft.py" not in forced.out
    assert "outer.py:3:7: MF203" in forced.out


def test_a_broken_settings_file_further_down_is_an_error_of_usage(monorepo: Path) -> None:
    (monorepo / "team" / "mflint.toml").write_text('profil = "strict"\n')
    done = mflint("check", ".", cwd=monorepo)
    assert (done.code, done.out) == (2, "")
    assert "mflint.toml: profil: unknown key; did you mean `profile`?" in done.err
