"""The project on the page about warehouses runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pytest_metaflow.projects import Project

PAGE = Path(__file__).parents[2] / "docs" / "warehouses.md"
FILES = re.findall(r'^```\w+ title="(.+)"\n((?:.*\n)*?)```$', PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.slow
def test_fakesnow_answers_the_query_of_the_flow_on_the_page(tmp_path: Path) -> None:
    pytest.importorskip("fakesnow", reason="fakesnow needs Python 3.11")
    project = Project(tmp_path / "project")
    for path, text in FILES:
        project.write(path, text)
    assert sorted(path for path, _ in FILES) == ["flows/revenue.py", "pyproject.toml", "tests/fakes.py"]
    outcome = project.run()
    assert outcome.outcomes == {"RevenueFlow": "passed"}, outcome.output
    fakes = project.root / "tests/fakes.py"
    fakes.write_text(fakes.read_text().replace("        cursor.executemany", "        # cursor.executemany"))
    assert project.run().items["RevenueFlow"].message == "ValueError: there are no orders (step end)"
