"""What Metaflow says when it refuses a flow, before it is wrapped to 80 columns and coloured."""

from __future__ import annotations

from traceback import format_exc
from types import ModuleType
from typing import Any

from pytest_metaflow.inside.exceptions import describe, report
from pytest_metaflow.inside.processes import task_of_command
from pytest_metaflow.inside.protocol import record


def patch(module: ModuleType) -> None:
    """Report the two ways in which `metaflow.cli.main` prints an exception."""
    known, unknown = module.print_metaflow_exception, module.print_unknown_exception

    def print_metaflow_exception(error: Any) -> None:
        record(
            "message",
            {
                "headline": error.headline,
                "message": error.message,
                "file": error.source_file,
                "line": error.line_no,
                "errors": describe(error),
                **task_of_command(),
            },
        )
        record("printed", {"lines": [f"{error.headline}:", *str(error.message).splitlines()]})
        known(error)

    def print_unknown_exception(error: Exception) -> None:
        report(error, task_of_command())
        record("printed", {"lines": format_exc().splitlines()})
        unknown(error)

    module.print_metaflow_exception = print_metaflow_exception  # type: ignore[attr-defined]
    module.print_unknown_exception = print_unknown_exception  # type: ignore[attr-defined]
