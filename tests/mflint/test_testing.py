"""`mflint.testing`, tried with a rule of mflint's own."""

from __future__ import annotations

import pytest

from mflint.rules.declaration.missing_project import check as missing_project
from mflint.rules.documentation.step_too_long import check as step_too_long
from mflint.testing import findings, finds, passes, verify_page

FLOW = """
    from metaflow import FlowSpec, step

    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    """


def test_places_are_compared_with_and_without_the_message() -> None:
    (found,) = findings(missing_project, FLOW)
    finds(missing_project, FLOW, "3:7")
    finds(missing_project, FLOW, f"3:7 {found.message}")
    for wrong in ("3:8", "3:7 something else"):
        with pytest.raises(AssertionError):
            finds(missing_project, FLOW, wrong)


def test_a_finding_too_many_or_too_few_is_shown_beside_what_is_expected() -> None:
    with pytest.raises(AssertionError) as failure:
        passes(missing_project, FLOW)
    lines = str(failure.value).splitlines()
    assert lines[:3] == ["MF201 missing-project should find", "  nothing", "and finds"]
    assert lines[3].startswith("  3:7 ")
    with pytest.raises(AssertionError):
        finds(missing_project, FLOW, "3:7", "9:1")


def test_options_reach_the_rule() -> None:
    passes(step_too_long, FLOW)
    finds(step_too_long, FLOW, "5:9", "9:9", options={"max_statements": 0})


def test_an_option_that_the_rule_lacks_is_refused() -> None:
    with pytest.raises(AssertionError, match="has no option disk"):
        passes(missing_project, FLOW, options={"disk": 1})


def test_a_comment_silences_as_in_any_run() -> None:
    passes(missing_project, FLOW.replace("(FlowSpec):", "(FlowSpec):  # mflint: ignore[MF201]"))


def test_other_files_of_the_project_count() -> None:
    base = "from metaflow import FlowSpec, project\n\n@project(name='x')\nclass Base(FlowSpec):\n    pass\n"
    flow = FLOW.replace("FlowSpec, step", "step\n    from base import Base").replace("(FlowSpec)", "(Base)")
    passes(missing_project, flow, files={"base.py": base})


def test_source_that_is_no_python_is_not_taken_for_clean() -> None:
    with pytest.raises(AssertionError, match="MF001"):
        passes(missing_project, "from metaflow import FlowSpec\nclass (")


def test_a_function_that_is_no_rule_is_refused() -> None:
    with pytest.raises(AssertionError, match="is no rule"):
        passes(test_options_reach_the_rule, FLOW)  # type: ignore[arg-type]


def test_a_page_is_run() -> None:
    verify_page(missing_project)
