from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mflint.engine import check_paths
from mflint.settings import Settings
from tests.mflint.flow_projects import write

LIMITS = {"cpu": 8.0, "gpu": 1, "memory": 64_000, "disk": 100_000}


def found(root: Path, decorator: str, limits: Mapping[str, Any] = LIMITS) -> list[tuple[int, int, str]]:
    code = f"""
        from metaflow import *
        import metaflow as mf
        from kfp import resources as other
        class F(FlowSpec):
            {decorator}
            @step
            def start(self): pass
    """
    write(root, {"flow.py": code})
    settings = Settings(root, select=("MF705",), options={"resource-limit": limits})
    findings = check_paths([root], settings).findings
    return [(f.span.start.line, f.span.start.column, f.message) for f in findings]


@pytest.mark.parametrize(
    ("decorator", "column", "message"),
    [
        ("@resources(cpu=16)", 20, "`@resources` asks for `cpu` 16, and the limit is 8"),
        ("@resources(cpu=8.5)", 20, "`@resources` asks for `cpu` 8.5, and the limit is 8"),
        (
            "@resources(memory=64001)",
            23,
            "`@resources` asks for `memory` 64001 MB, and the limit is 64000 MB",
        ),
        ("@batch(gpu=2)", 16, "`@batch` asks for `gpu` 2, and the limit is 1"),
        (
            "@mf.kubernetes(disk='200000')",
            25,
            "`@kubernetes` asks for `disk` 200000 MB, and the limit is 100000 MB",
        ),
    ],
)
def test_more_than_the_limit_is_found(tmp_path: Path, decorator: str, column: int, message: str) -> None:
    assert found(tmp_path, decorator) == [(5, column, message)]


@pytest.mark.parametrize(
    "decorator",
    [
        "@resources(cpu=8, gpu=1, memory='64000', disk=100000)",
        "@resources(cpu=CPUS, memory=2 ** 20)",
        "@resources(gpu=None, memory='a lot', cpu=True)",
        "@batch(shared_memory=10 ** 6, queue='9')",
        "@other(cpu=16)",
        "@timeout(minutes=100)",
        "@resources",
    ],
)
def test_what_keeps_the_limits_is_left_alone(tmp_path: Path, decorator: str) -> None:
    assert found(tmp_path, decorator) == []


def test_without_limits_nothing_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, "@resources(cpu=10000, gpu=1000)", {}) == []
    assert found(tmp_path, "@resources(cpu=10000, gpu=1000)", {"gpu": 1000}) == []
