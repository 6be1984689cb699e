"""The hook as a user has it: a real repository, the real pre-commit, mflint built from this working tree."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PUBLISHED = ("mflint", "pytest_metaflow", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
OWN_VARIABLES = ("GIT_", "PRE_COMMIT")

BAD_FLOW = '''\
from metaflow import FlowSpec, Parameter, current, project, step


@project(name="churn")
class TrainFlow(FlowSpec):
    test_mode = Parameter("test-mode", type=bool, default=lambda _: not current.is_production)

    @step
    def start(self):
        self.rows = 10 if self.test_mode else 1000
        self.next(self.end)

    @step
    def end(self):
        """Leave nothing behind."""


if __name__ == "__main__":
    TrainFlow()
'''
GOOD_FLOW = BAD_FLOW.replace("def start(self):\n", 'def start(self):\n        """Nothing comes in."""\n')


class Repository:
    """A git repository that its own user commits to."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)},
            "PRE_COMMIT_HOME": str(cache),
            "PRE_COMMIT_COLOR": "never",
        }
        folder.mkdir()
        self.run("git", "init", "--quiet")
        self.run("git", "config", "user.name", "A user")
        self.run("git", "config", "user.email", "user@example.org")
        self.run("git", "config", "commit.gpgsign", "false")

    def run(self, *command: str, succeeds: bool = True) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode == 0) is succeeds, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self, *, succeeds: bool) -> str:
        self.run("git", "add", "--all")
        return self.run("git", "commit", "--message", "a change", succeeds=succeeds)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "pre-commit"


@pytest.fixture
def mflint_repository(tmp_path: Path, cache: Path) -> Repository:
    """This working tree, as a repository that pre-commit can clone."""
    repository = Repository(tmp_path / "mflint", cache)
    for path in PUBLISHED:
        repository.run("cp", "-r", str(ROOT / path), str(repository.folder))
    repository.commit(succeeds=True)
    return repository


def a_user_of(hook: str, tmp_path: Path, cache: Path, published: Repository) -> Repository:
    """A repository with the hook in it."""
    revision = published.run("git", "rev-parse", "HEAD").strip()
    user = Repository(tmp_path / "flows", cache)
    hooks = f"repos: [{{repo: {published.folder}, rev: {revision}, hooks: [{{id: {hook}}}]}}]\n"
    (user.folder / ".pre-commit-config.yaml").write_text(hooks)
    user.run("pre-commit", "install")
    return user


@pytest.mark.slow
def test_a_commit_with_findings_is_refused_until_they_are_mended(
    tmp_path: Path, cache: Path, mflint_repository: Repository
) -> None:
    user = a_user_of("mflint", tmp_path, cache, mflint_repository)
    flow = user.folder / "train flow.py"

    flow.write_text(BAD_FLOW)
    refused = user.commit(succeeds=False)
    assert "MF301 [missing-endpoint-docstring] the first step `start` has no docstring" in refused
    assert "--> train flow.py:9:9" in refused
    user.run("git", "rev-parse", "HEAD", succeeds=False)

    flow.write_text(GOOD_FLOW)
    accepted = user.commit(succeeds=True)
    assert "mflint...................................................................Passed" in accepted
    assert user.run("git", "log", "--format=%s").strip() == "a change"


@pytest.mark.slow
def test_a_commit_with_findings_that_can_be_fixed_is_refused_once_and_fixed(
    tmp_path: Path, cache: Path, mflint_repository: Repository
) -> None:
    user = a_user_of("mflint-fix", tmp_path, cache, mflint_repository)
    flow = user.folder / "train flow.py"

    flow.write_text(GOOD_FLOW.replace("def start(self):\n", "def start(self):  # noqa: E501, MF301\n"))
    refused = user.commit(succeeds=False)
    assert "files were modified by this hook" in refused
    assert "Found 1 finding (1 fixed, 0 remaining) in 1 flow (1 file)." in refused
    assert flow.read_text() == GOOD_FLOW.replace("def start(self):\n", "def start(self):  # noqa: E501\n")

    accepted = user.commit(succeeds=True)
    assert "mflint-fix" not in accepted
    assert "mflint (fix)" in accepted
    assert "Passed" in accepted


@pytest.mark.slow
def test_what_the_hook_cannot_fix_is_refused(
    tmp_path: Path, cache: Path, mflint_repository: Repository
) -> None:
    user = a_user_of("mflint-fix", tmp_path, cache, mflint_repository)
    (user.folder / "train flow.py").write_text(BAD_FLOW)
    refused = user.commit(succeeds=False)
    assert "MF301 [missing-endpoint-docstring] the first step `start` has no docstring" in refused
