"""The tests that `docs/testing-steps.md` shows pass in the example project."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.pytest_metaflow.projects import Project

ROOT = Path(__file__).parents[2]


def test_the_tests_on_the_page_pass(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "testing-steps.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    copied = shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (copied / "tests" / "test_page.py").write_text("\n\n".join(blocks), encoding="utf-8")
    outcome = Project(copied).run_plain("-p", "no:cacheprovider", "tests/test_page.py")
    assert len(outcome.items) == len(blocks) == 3
    assert set(outcome.outcomes.values()) == {"passed"}, outcome.output
